from __future__ import annotations

import io
from collections import Counter

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory

from catalog.models import Capability
from common.errors import DomainError
from common.models import AuditEvent
from config import demo, starter
from governance.models import Department, FundingSource, Jurisdiction, Membership, PolicyParameter, Round, User
from governance.policies import PARAMETERS
from governance.states import ADMINISTRATORS, DepartmentKind, Role, RoundStatus
from tests.factories import JurisdictionFactory

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def public(settings):
    settings.PUBLIC, settings.DEMO_CITY = True, False


def counts():
    models = (Jurisdiction, Department, User, Membership, FundingSource, Round, Capability, PolicyParameter, AuditEvent)
    return {model.__name__: model.objects.count() for model in models}


def test_an_empty_database_gets_the_pack_and_a_city_on_ones_own_machine(settings):
    settings.DEMO_CITY = True
    out = io.StringIO()
    starter.load(out, make=demo.found)
    assert PolicyParameter.objects.count() == len(PARAMETERS)
    assert Jurisdiction.objects.get(parent=None).name == "江城市"
    assert demo.PASSWORD in out.getvalue()
    assert "reviewer.chen" in out.getvalue()
    before = counts()
    starter.load(again := io.StringIO())
    assert counts() == before, "a second start changes nothing"
    assert again.getvalue() == ""


def test_elsewhere_it_gets_the_pack_only(public):
    starter.load(io.StringIO())
    assert PolicyParameter.objects.count() == len(PARAMETERS)
    assert not Jurisdiction.objects.exists()


def test_the_city_has_somebody_in_every_role_its_districts_and_an_open_round():
    run("starter", "--demo", "offices")
    city = Jurisdiction.objects.get(parent=None)
    assert set(Membership.objects.values_list("role", flat=True)) == set(Role)
    kinds = Counter(Department.objects.filter(jurisdiction=city).values_list("kind", flat=True))
    assert (kinds[DepartmentKind.AUTHORITY], kinds[DepartmentKind.FINANCE]) == (1, 1)
    assert kinds[DepartmentKind.DEPARTMENT] >= 31
    assert city.authority.kind == DepartmentKind.AUTHORITY
    assert [place.authority is not None for place in Jurisdiction.objects.filter(parent=city)] == [True] * 3
    assert FundingSource.objects.filter(kind="superior").exclude(purpose="").exists()
    round = Round.objects.get()
    assert (round.status, round.jurisdiction) == (RoundStatus.OPEN, city)
    assert Capability.objects.filter(jurisdiction=city).count() >= 35


def test_nobody_of_the_city_holds_what_must_be_kept_apart():
    run("starter", "--demo", "offices")
    assert Counter(Membership.objects.values_list("user", flat=True)).most_common(1)[0][1] == 1
    assert Membership.objects.filter(role__in=ADMINISTRATORS).count() == 3


def test_everybody_signs_in_with_the_published_password():
    run("starter", "--demo", "offices")
    for username in ("health.clerk", "head", "admin.audit"):
        client = Client()
        data = {"username": username, "password": demo.PASSWORD}
        assert client.post("/accounts/login/", data).status_code == 302
        assert client.get("/").status_code == 200


def test_on_a_public_server_the_published_password_opens_nothing(settings):
    run("starter", "--demo", "offices")
    settings.PUBLIC = True
    data = {"username": "head", "password": demo.PASSWORD}
    assert Client().post("/accounts/login/", data).status_code == 200
    assert authenticate(RequestFactory().post("/"), **data) is None
    user = User.objects.get(username="health.clerk")
    user.set_password("a-password-of-ones-own")
    user.save()
    data = {"username": "health.clerk", "password": "a-password-of-ones-own"}
    assert Client().post("/accounts/login/", data).status_code == 302


def test_on_a_public_server_the_city_is_not_built(public):
    with pytest.raises(CommandError, match="published password"):
        run("starter", "--demo", "offices")
    assert not Jurisdiction.objects.exists()


def test_beside_another_city_it_is_not_built():
    JurisdictionFactory()
    assert "not made" in run("starter", "--demo", "offices")
    with pytest.raises(DomainError, match="There is a jurisdiction already"):
        demo.build()


def test_the_command_loads_the_pack_alone_and_only_once():
    assert f"{len(PARAMETERS)} values loaded" in run("starter")
    assert "0 values loaded" in run("starter")
    assert not Jurisdiction.objects.exists()


def test_a_real_city_is_founded_with_its_three_administrators():
    out = run("found", "jc", "江城市", "市大数据局")
    city = Jurisdiction.objects.get(code="jc")
    assert city.authority.name == "市大数据局"
    assert Capability.objects.filter(jurisdiction=city).exists()
    found = dict(line.split() for line in out.splitlines()[1:])
    assert set(found) == {"jc.system", "jc.security", "jc.audit"}
    for username, password in found.items():
        user = User.objects.get(username=username)
        assert user.check_password(password)
        assert user.acting.role in ADMINISTRATORS
    assert len({user.acting.role for user in User.objects.all()}) == 3


def test_a_city_that_is_there_is_not_founded_again():
    run("found", "jc", "江城市", "市大数据局")
    before = counts()
    with pytest.raises(CommandError):
        run("found", "jc", "江城市", "市大数据局")
    assert counts() == before
