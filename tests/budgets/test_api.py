"""Lists and budgets for programs: the same services, the same refusals as on the pages."""

import pytest

from budgets.models import Budget, BudgetEntry
from budgets.queries.reconcile import reconcile
from reviews.models import AnnualList
from tests import scenes
from tests.api import Program

pytestmark = pytest.mark.django_db


def test_a_program_determines_plans_years_locks_and_finance_replies():
    scene = scenes.decided()
    people, round = scene.place.people, scene.place.round
    head, finance = Program(people.head), Program(people.finance)
    opened = head.act("annual-lists/open/", round=round.pk)
    assert opened.status_code == 200, opened.json()
    address = f"annual-lists/{AnnualList.objects.get().pk}/"
    applications = [scene.health_application.pk, scene.police_application.pk]
    answer = head.act(f"{address}determine/", "*", applications=applications, meeting="第1次会议")
    assert [p["funding"] for p in answer.json()["projects"]] == ["5.00", "260.00"]
    project = answer.json()["projects"][1]["project"]
    answer = head.act(
        f"{address}plan-years/", "*", project=project, later=[{"year": round.year + 1, "amount": "60.00"}]
    )
    assert answer.status_code == 200
    assert head.act(f"{address}lock/", "*").status_code == 409, "finance has set no ceiling"
    assert finance.act("budgets/open-year/", year=round.year, amount="500.00").status_code == 200
    answer = head.act(f"{address}lock/", "*", document_number="1号")
    assert answer.json()["locked_version"] == 1
    budget = f"budgets/{Budget.objects.get(year=round.year).pk}/"
    assert finance.act(f"{budget}reply/", "*").status_code == 409
    finance.act(f"{budget}control/", "*", amount="205.00")
    assert finance.act(f"{budget}reply/", "*", number="9号").json()["stage"] == "reply"
    versions = head.read("list-versions/")["results"]
    assert sum(float(y["amount"]) for p in versions[0]["projects"] for y in p["years"]) == 265
    assert BudgetEntry.objects.count() == 3 and reconcile().is_clean


def test_a_program_puts_a_project_in_reserve_and_ranks_it():
    scene = scenes.determined()
    entry = scene.list.projects.order_by("pk").first()
    address = f"annual-lists/{scene.list.pk}/place/"
    head = Program(scene.place.people.head)
    assert head.act(address, "*", project=entry.project_id, to="reserve", priority=1).status_code == 200
    entry.refresh_from_db()
    assert (entry.status, entry.priority) == ("reserve", 1)
    assert head.act(address, "*", project=entry.project_id, priority=5).status_code == 400
    assert head.act(address, "*", project=entry.project_id, to="lapsed").status_code == 400
    assert Program(scene.place.people.li).act(address, "*", project=entry.project_id).status_code == 403


@pytest.mark.parametrize(("who", "status"), [("li", 403), ("finance", 403), ("health", 404)])
def test_only_the_head_locks(who, status):
    scene = scenes.determined()
    address = f"/api/v1/annual-lists/{scene.list.pk}/"
    answer = Program(getattr(scene.place.people, who)).post(f"{address}lock/", {}, headers={"If-Match": "*"})
    assert answer.status_code == status
    assert not scene.list.versions.exists()


def test_a_verb_on_an_old_version_is_refused():
    scene = scenes.determined()
    address = f"/api/v1/annual-lists/{scene.list.pk}/"
    head = Program(scene.place.people.head)
    assert head.post(f"{address}lock/", {}).status_code == 428
    stale = f'"{scene.list.version - 1}"'
    assert head.post(f"{address}lock/", {}, headers={"If-Match": stale}).status_code == 412


def test_departments_see_no_budget_and_only_their_projects():
    scene = scenes.locked()
    police, transport = Program(scene.place.people.police), Program(scene.place.people.transport)
    assert police.get("/api/v1/budgets/").json()["results"] == []
    assert police.get("/api/v1/budget-entries/").json()["results"] == []
    assert len(police.get("/api/v1/projects/").json()["results"]) == 1
    assert transport.get("/api/v1/projects/").json()["results"] == []
