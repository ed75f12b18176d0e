"""Bringing a file by the page: look first, then all of it or nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from projects.models import Application
from reviews.models import ImportFile
from tests.factories import city

pytestmark = pytest.mark.django_db
HEAD = "编号,单位代码,申报单位,项目名称,建设内容,申报金额（万元）,计划完成\n"
GOOD = HEAD + "A-1,health,市卫健委,健康平台,平台建设,12.5,2027-06-30\nA-2,police,市公安局,警务平台,,,\n"


@pytest.fixture
def place():
    return city()


@pytest.fixture
def intake(client, place):
    client.force_login(place.people.intake)
    return client


def bring(client, place, text, name="申报.csv"):
    file = SimpleUploadedFile(name, text.encode())
    return client.post(reverse("reviews:import", args=[place.round.pk]), {"file": file})


def test_a_file_is_looked_at_and_then_imported(intake, place):
    answer = bring(intake, place, GOOD)
    page = intake.get(answer["Location"]).content.decode()
    assert "健康平台" in page and not Application.objects.exists()
    intake.post(reverse("reviews:import-carry-out", args=[ImportFile.objects.get().pk]))
    assert Application.objects.count() == 2
    intake.post(reverse("reviews:import-carry-out", args=[ImportFile.objects.get().pk]))
    assert Application.objects.count() == 2
    assert ImportFile.objects.get().imported_by == place.people.intake


def test_errors_stand_on_the_page_by_row_and_column_and_block(intake, place):
    answer = bring(intake, place, GOOD + "A-2,police,市公安局,又一个,,十万,\n")
    page = intake.get(answer["Location"]).content.decode()
    assert "十万" in page and reverse("reviews:import-carry-out", args=[ImportFile.objects.get().pk]) not in page
    intake.post(reverse("reviews:import-carry-out", args=[ImportFile.objects.get().pk]))
    assert not Application.objects.exists()


def test_a_file_that_is_no_table_keeps_the_form(intake, place):
    assert bring(intake, place, "").status_code == 422
    assert bring(intake, place, "x", name="x.exe").status_code == 422
    assert not ImportFile.objects.exists()


def test_a_file_is_given_up(intake, place):
    bring(intake, place, GOOD)
    intake.post(reverse("reviews:import-discard", args=[ImportFile.objects.get().pk]))
    assert not ImportFile.objects.exists()


def test_the_empty_table_has_the_columns_that_are_read(intake, place):
    text = b"".join(intake.get(reverse("reviews:import-template", args=[place.round.pk])).streaming_content).decode()
    assert text.lstrip("\ufeff").strip() == HEAD.strip()


@pytest.mark.parametrize(("who", "status"), [("health", 403), ("finance", 403), ("auditor", 403)])
def test_only_the_authority_imports(client, place, who, status):
    client.force_login(getattr(place.people, who))
    assert client.get(reverse("reviews:import", args=[place.round.pk])).status_code == status
    assert bring(client, place, GOOD).status_code == status


def test_another_citys_officer_does_not_find_the_file(client, intake, place):
    bring(intake, place, GOOD)
    client.force_login(city("other").people.intake)
    assert client.get(reverse("reviews:import-preview", args=[ImportFile.objects.get().pk])).status_code == 404
