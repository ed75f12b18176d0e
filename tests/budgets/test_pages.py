"""The pages of lists and budgets, by the people who use them."""

import io
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from openpyxl import load_workbook

from budgets.models import Budget, BudgetEntry
from budgets.queries.chain import chain_of
from budgets.queries.readiness import readiness
from budgets.queries.reconcile import reconcile
from budgets.services.lock import lock_obstacles
from common.errors import DomainError
from common.models import AuditEvent
from reviews.models import AnnualList, ListProject, YearPlan
from reviews.services.placing import place
from tests import scenes

pytestmark = pytest.mark.django_db


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.fixture
def scene():
    return scenes.determined()


@pytest.fixture
def as_(client):
    def sign_in(user):
        client.force_login(user)
        session = client.session
        session["money_unit"] = "yuan"
        session.save()
        return client

    return sign_in


def test_the_head_determines_from_the_page(as_):
    scene = scenes.decided()
    client = as_(scene.place.people.head)
    page = reverse("reviews:annual-list", args=[scene.place.round.pk])
    assert client.get(page).status_code == 200
    part = client.get(reverse("reviews:determination", args=[scene.place.round.pk])).content.decode()
    assert scene.police_application.name in part
    answer = client.post(
        reverse("reviews:determine", args=[scene.place.round.pk]),
        {"applications": [scene.health_application.pk, scene.police_application.pk], "meeting": "第2次会议"},
    )
    assert said(answer) == ["已审定：清单项目已按现行处置重建。"] or "Determined" in said(answer)[0]
    assert AnnualList.objects.get().projects.count() == 2
    body = client.get(page).content.decode()
    assert scene.police_application.name in body


def test_reserve_is_ticked_on_the_page(as_):
    scene = scenes.decided()
    client = as_(scene.place.people.head)
    code = scene.health_application.number.replace("SB", "XM")
    client.post(
        reverse("reviews:determine", args=[scene.place.round.pk]),
        {"applications": [scene.health_application.pk, scene.police_application.pk], "reserve": [code]},
    )
    assert dict(AnnualList.objects.get().projects.values_list("project__code", "status"))[code] == "reserve"


def test_an_open_line_stands_in_the_way_and_is_named(as_):
    scene = scenes.decided()
    waiting = scenes.application(scene.place, "transport", 50)
    client = as_(scene.place.people.head)
    answer = client.post(reverse("reviews:determine", args=[scene.place.round.pk]), {"applications": [waiting.pk]})
    assert f"{waiting.number}/1" in said(answer)[0]
    assert not AnnualList.objects.get().scope.exists()


@pytest.mark.parametrize(("who", "status"), [("li", 403), ("health", 404), ("intake", 404), ("finance", 403)])
def test_only_the_head_determines(as_, scene, who, status):
    client = as_(getattr(scene.place.people, who))
    assert client.post(reverse("reviews:determine", args=[scene.place.round.pk])).status_code == status


def test_the_list_is_locked_from_its_panel_and_the_budget_carries_it(as_, scene):
    client = as_(scene.place.people.head)
    panel = client.get(reverse("budgets:lock-panel", args=[scene.list.pk])).content.decode()
    assert reverse("budgets:lock", args=[scene.list.pk]) in panel
    client.post(
        reverse("budgets:lock", args=[scene.list.pk]),
        {"version": scene.list.version, "document_number": "江数统〔2027〕1号"},
    )
    assert sorted(BudgetEntry.objects.values_list("amount", flat=True)) == [Decimal("5.00"), Decimal("260.00")]
    assert reconcile().is_clean


def test_a_stale_page_does_not_lock(as_, scene):
    client = as_(scene.place.people.head)
    answer = client.post(reverse("budgets:lock", args=[scene.list.pk]), {"version": scene.list.version - 1})
    assert len(said(answer)) == 1 and not scene.list.versions.exists()


def test_a_lock_over_the_ceiling_is_refused_with_the_figures(as_):
    scene = scenes.determined(ceiling=100)
    client = as_(scene.place.people.head)
    answer = client.post(reverse("budgets:lock", args=[scene.list.pk]), {"version": scene.list.version})
    assert "265.00" in said(answer)[0] and "100.00" in said(answer)[0]
    assert not scene.list.versions.exists()


def test_later_years_are_planned_and_never_more_than_the_funding(as_, scene):
    client = as_(scene.place.people.head)
    project = scene.list.projects.get(project__application=scene.police_application).project
    page = reverse("reviews:plan-years", args=[scene.place.round.pk, project.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"year_2028": "300"}).status_code == 422
    assert client.post(page, {"year_2028": "100"}).status_code == 302
    assert YearPlan.objects.get().amount == 100
    assert client.post(page, {"year_2028": "-1"}).status_code == 422


def test_finance_sets_ceiling_control_figure_and_reply(as_):
    scene = scenes.locked()
    client = as_(scene.place.people.finance)
    year = scene.place.round.year
    assert client.get(reverse("budgets:detail", args=[year])).status_code == 200
    client.post(reverse("budgets:control", args=[year]), {"amount": "200"})
    answer = client.post(reverse("budgets:reply", args=[year]), {})
    assert "65.00" in said(answer)[-1] and not Budget.objects.get().is_replied
    client.post(reverse("budgets:control", args=[year]), {"amount": "300"})
    client.post(reverse("budgets:reply", args=[year]), {"number": "财预〔2027〕9号"})
    assert Budget.objects.get().is_replied
    answer = client.post(reverse("budgets:control", args=[year]), {"amount": "400"})
    assert Budget.objects.get().ceiling == 300 and said(answer)


@pytest.mark.parametrize("verb", ["ceiling", "control", "reply"])
@pytest.mark.parametrize(("who", "status"), [("head", 403), ("health", 404), ("auditor", 403)])
def test_only_finance_decides_the_budget(as_, scene, verb, who, status):
    client = as_(getattr(scene.place.people, who))
    answer = client.post(reverse(f"budgets:{verb}", args=[scene.place.round.year]), {"amount": "1"})
    assert answer.status_code == status


def test_finance_opens_a_year_and_a_wrong_amount_is_shown_again(as_, scene):
    client = as_(scene.place.people.finance)
    assert client.post(reverse("budgets:open"), {"year": "2029", "amount": "x"}).status_code == 422
    client.post(reverse("budgets:open"), {"year": "2029", "amount": "1000"})
    assert Budget.objects.get(year=2029).ceiling == 1000
    assert "2029" in client.get(reverse("budgets:index")).content.decode()


def test_unspent_money_is_carried_over_after_the_reply(as_):
    scene = scenes.locked()
    year, people = scene.place.round.year, scene.place.people
    finance = as_(people.finance)
    finance.post(reverse("budgets:control", args=[year]), {"amount": "300"})
    finance.post(reverse("budgets:reply", args=[year]), {})
    head = as_(people.head)
    project = scene.list.projects.get(project__application=scene.police_application).project
    page = reverse("budgets:carry-over", args=[year, project.pk])
    assert head.get(page).status_code == 200
    assert head.post(page, {"amount": "261"}).status_code == 422
    assert head.post(page, {"amount": "60"}).status_code == 302
    assert BudgetEntry.objects.filter(budget__year=year + 1).get().amount == 60
    assert reconcile().is_clean


def test_the_chain_traces_every_yuan_back_to_its_lines(as_):
    scene = scenes.locked()
    project = scene.list.projects.get(project__application=scene.police_application).project
    body = as_(scene.place.people.finance).get(reverse("budgets:chain", args=[project.code])).content.decode()
    for text in (scene.health_application.number, scene.police_application.number, scene.act.number):
        assert text in body
    assert as_(scene.place.people.police).get(reverse("budgets:chain", args=[project.code])).status_code == 403
    assert as_(scene.place.people.transport).get(reverse("budgets:chain", args=[project.code])).status_code == 404


def test_the_official_list_is_a_workbook_that_adds_up(as_):
    scene = scenes.locked()
    answer = as_(scene.place.people.head).get(reverse("reviews:annual-list-workbook", args=[scene.place.round.pk]))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    amounts = [row[6].value for row in sheet.iter_rows(min_row=5) if isinstance(row[0].value, int)]
    totals = [row[6].value for row in sheet.iter_rows(min_row=5) if not isinstance(row[0].value, int)]
    assert sum(amounts) == totals[0] == 265
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_formula_in_a_name_is_dead_in_the_workbook(as_):
    scene = scenes.determined()
    project = scene.list.projects.first().project
    project.name = "=cmd|' /C calc'!A0"
    project.save()
    answer = as_(scene.place.people.head).get(reverse("reviews:annual-list-workbook", args=[scene.place.round.pk]))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert all(cell.data_type != "f" for cell in cells)
    assert any(cell.value.startswith("'=cmd") for cell in cells)


def test_departments_see_a_list_once_it_is_locked(as_):
    scene = scenes.determined()
    page = reverse("reviews:annual-list", args=[scene.place.round.pk])
    assert as_(scene.place.people.health).get(page).status_code == 404
    as_(scene.place.people.head).post(reverse("budgets:lock", args=[scene.list.pk]), {})
    assert as_(scene.place.people.health).get(page).status_code == 200
    body = as_(scene.place.people.health).get(reverse("reviews:annual-lists")).content.decode()
    assert page in body


def test_a_version_shows_what_it_changed(as_):
    scene = scenes.locked()
    body = (
        as_(scene.place.people.head)
        .get(reverse("reviews:list-version", args=[scene.place.round.pk, 1]))
        .content.decode()
    )
    assert "江数统〔2027〕1号" in body and scene.police_application.name in body


def test_the_notice_reaches_the_department_after_determination(as_):
    scene = scenes.decided()
    page = reverse("reviews:notice", args=[scene.health_application.number])
    body = as_(scene.place.people.health).get(page).content.decode()
    assert 'class="sheet"' not in body
    scenes.determine(
        scene.place.round, [scene.health_application, scene.police_application], by=scene.place.people.head
    )
    body = as_(scene.place.people.health).get(page).content.decode()
    assert 'class="sheet"' in body and "100.00" in body
    assert as_(scene.place.people.transport).get(page).status_code == 404


def test_amounts_are_taken_in_the_unit_that_the_person_reads(client, scene):
    client.force_login(scene.place.people.finance)
    year = scene.place.round.year
    assert "万元" in client.get(reverse("budgets:index"), headers={"accept-language": "zh-hans"}).content.decode()
    client.post(reverse("budgets:ceiling", args=[year]), {"amount": "0.05"})
    assert Budget.objects.get(year=year).ceiling == 500
    client.post(reverse("budgets:open"), {"year": "2029", "amount": "1200.5"})
    assert Budget.objects.get(year=2029).ceiling == 12_005_000


def test_a_project_is_put_in_reserve_and_listed_again_from_the_page(as_, scene):
    client = as_(scene.place.people.head)
    entry = scene.list.projects.get(project__application=scene.police_application)
    page = reverse("reviews:list-place", args=[scene.place.round.pk, entry.project_id])
    client.post(page, {"status": "reserve", "priority": "1", "version": scene.list.version})
    entry.refresh_from_db()
    assert (entry.status, entry.priority) == ("reserve", 1)
    assert "Somebody changed" in said(client.post(page, {"status": "listed", "version": scene.list.version}))[-1]
    entry.refresh_from_db()
    assert entry.status == "reserve"
    assert (
        "备选"
        in client.get(
            reverse("reviews:annual-list", args=[scene.place.round.pk]), headers={"accept-language": "zh-hans"}
        ).content.decode()
    )
    client.post(page, {"status": "listed"})
    client.post(page, {"priority": "5"})
    entry.refresh_from_db()
    assert (entry.status, entry.priority) == ("listed", 1)
    assert AuditEvent.objects.filter(action="list.placed").count() == 2


@pytest.mark.parametrize(("who", "status"), [("li", 403), ("health", 404), ("finance", 403)])
def test_only_the_head_places_projects(as_, scene, who, status):
    entry = scene.list.projects.first()
    page = reverse("reviews:list-place", args=[scene.place.round.pk, entry.project_id])
    assert as_(getattr(scene.place.people, who)).post(page, {"status": "reserve"}).status_code == status


def test_what_left_the_list_is_not_placed(scene):
    entry = scene.list.projects.first()
    ListProject.objects.filter(pk=entry.pk).update(status="lapsed")
    with pytest.raises(DomainError, match="left the list"):
        place(scene.list, entry.project, by=scene.place.people.head, to="listed")
    other = scenes.locked(scenes.city("other")).list.projects.first().project
    with pytest.raises(DomainError, match="not on the list"):
        place(scene.list, other, by=scene.place.people.head, to="listed")


def conditions(scene, budget=True):
    found = Budget.objects.filter(jurisdiction=scene.place.jurisdiction).first() if budget else None
    annual_list = AnnualList.objects.get(pk=scene.list.pk)
    return readiness(annual_list, found, lock_obstacles(annual_list))


def test_the_conditions_of_the_lock_are_told_before_it_is_pressed(scene):
    ready = conditions(scene)
    assert ready.refusal == "" and ready.left == ready.ceiling - ready.this_year
    assert "ceiling" in conditions(scene, budget=False).refusal
    AnnualList.objects.filter(pk=scene.list.pk).update(is_stale=True)
    assert "determine again" in conditions(scene).refusal


def test_a_list_over_the_ceiling_shows_how_much_and_its_lock_is_closed(as_):
    scene = scenes.determined(ceiling=100)
    ready = conditions(scene)
    assert (ready.left, ready.bar.pieces[-1].name) == (Decimal("-165.00"), "over")
    body = as_(scene.place.people.head).get(reverse("budgets:lock-panel", args=[scene.list.pk])).content.decode()
    assert reverse("budgets:lock", args=[scene.list.pk]) not in body


def test_after_a_lock_nothing_is_locked_again_until_something_changes():
    scene = scenes.locked()
    assert "Nothing has changed" in conditions(scene).refusal
    entry = scene.list.projects.get(project__application=scene.police_application)
    place(AnnualList.objects.get(pk=scene.list.pk), entry.project, by=scene.place.people.head, to="reserve")
    ready = conditions(scene)
    assert ready.refusal == "" and [row[0] for row in ready.moved] == [entry.project.code]


def test_the_chain_shows_the_same_money_at_every_station(as_):
    scene = scenes.locked()
    project = scene.list.projects.get(project__application=scene.police_application).project
    chain = chain_of(project)
    assert chain.agrees
    assert chain.own + chain.transferred == chain.funding == chain.listed == chain.budgeted
    assert chain.declared == chain.own + chain.transferred + chain.saved + chain.elsewhere
    body = as_(scene.place.people.finance).get(reverse("budgets:chain", args=[project.code])).content.decode()
    for line in chain.lines:
        assert reverse("projects:line", args=[line.application, line.pk]) in body
        assert reverse("reviews:act", args=[line.act_pk]) in body
    assert reverse("reviews:list-version", args=[scene.place.round.pk, 1]) in body
    assert reverse("budgets:detail", args=[scene.place.round.year]) in body


@pytest.mark.parametrize(
    ("name", "most"), [("budgets:index", 12), ("budgets:detail", 15), ("budgets:chain", 15), ("budgets:lock-panel", 24)]
)
def test_pages_of_the_budget_ask_little(as_, django_assert_max_num_queries, name, most):
    scene = scenes.locked()
    project = scene.list.projects.first().project
    args = {"index": [], "detail": [scene.place.round.year], "chain": [project.code], "lock-panel": [scene.list.pk]}
    client = as_(scene.place.people.head)
    page = reverse(name, args=args[name.partition(":")[2]])
    client.get(page)
    with django_assert_max_num_queries(most):
        assert client.get(page).status_code == 200


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [("annual-list", 10), ("determination", 13)])
def test_a_list_asks_as_many_queries_for_three_projects_as_for_one(as_, django_assert_num_queries, name, queries, size):
    place = scenes.city()
    made = [scenes.application(place, "health", 100) for _ in range(size)]
    scenes.decide(place, *(scenes.keep(scenes.module(a)) for a in made))
    scenes.determine(place.round, made, by=place.people.head)
    client = as_(place.people.head)
    page = reverse(f"reviews:{name}", args=[place.round.pk])
    client.get(page)
    with django_assert_num_queries(queries):
        client.get(page)
