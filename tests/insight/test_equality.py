"""The pictures show what `reconcile` proves: per round, to the fen, for whoever looks."""

from collections import Counter, defaultdict
from decimal import Decimal

import pytest

from budgets.queries.reconcile import reconcile
from governance.models import Round
from governance.states import Role
from insight.queries.behind import amounts_behind, duplicates_behind, rows_behind
from insight.queries.books import books_of, sums
from insight.queries.departments import names_of
from insight.queries.duplicates import duplicates, heat_map
from insight.queries.flow import flow
from insight.queries.gathering import gather
from insight.queries.periods import chosen, periods_of
from insight.queries.savings import by_department, by_year
from insight.queries.sharing import sharing
from insight.states import End
from projects.models import Line
from reviews.models import AnnualList, ComponentFunding
from reviews.services.plan import Choice
from reviews.states import SAVED_CAUSES
from tests import scenes
from tests.factories import CapabilityFactory, RoundFactory, city, person

pytestmark = pytest.mark.django_db


def busy_city():
    """Every way that money can go: kept with a cut, merged, stripped, refused, open, ended, in reserve; and a draft."""
    scene = scenes.decided()
    place = scene.place
    kept = scenes.application(place, "transport", 1000, 300, 70)
    capability = CapabilityFactory(jurisdiction=place.jurisdiction, provider=place.bureau)
    scenes.decide(place, scenes.keep(scenes.module(kept), 900), Choice(scenes.module(kept, 3).pk, "reject"))
    strip = Choice(scenes.module(kept, 2).pk, "strip", Decimal(20), Decimal(0), capability=capability.pk)
    scenes.decide(place, strip)
    reserve = scenes.application(place, "health", 55)
    scenes.decide(place, scenes.keep(scenes.module(reserve)))
    code = reserve.number.replace("SB", "XM")
    scene.list = scenes.determine(
        place.round,
        [scene.health_application, scene.police_application, kept, reserve],
        by=place.people.head,
        reserve=[code],
    )
    scenes.application(place, "police", 44, None)
    scenes.application(
        place,
        "police",
        33,
        status="deferred",
        ended_at="2027-01-05T08:00:00Z",
        ended_by=place.people.li,
        submitted_at="2027-01-01T08:00:00Z",
    )
    scenes.application(
        place,
        "health",
        22,
        status="rejected",
        ended_at="2027-01-05T08:00:00Z",
        ended_by=place.people.li,
        submitted_at="2027-01-01T08:00:00Z",
    )
    scene.draft = scenes.application(place, "transport", 500, status="draft")
    later = RoundFactory(jurisdiction=place.jurisdiction, year=place.round.year + 1, batch=1)
    place.later = later
    other = scenes.application(place, "health", 10)
    other.round = later
    other.save()
    return scene


@pytest.fixture
def scene():
    return busy_city()


def of_reconcile(round):
    return next(report.parts for report in reconcile().rounds if report.round == round)


@pytest.mark.parametrize("who", ["head", "li", "finance", "auditor"])
def test_the_flow_of_each_round_is_what_reconcile_proves_without_what_was_never_submitted(scene, who):
    books = books_of(getattr(scene.place.people, who))
    for round in Round.objects.filter(jurisdiction=scene.place.jurisdiction):
        proved, picture = of_reconcile(round), books.of({round.pk})
        drafts = sum(
            Line.objects.of_round(round)
            .filter(application__submitted_at__isnull=True)
            .values_list("declared", flat=True)
        )
        assert picture.parts.declared + drafts == proved.declared
        assert picture.parts.own == proved.own and picture.parts.transferred == proved.transferred
        assert dict(picture.parts.saved) == dict(proved.saved)
        held = Counter(proved.held)
        held["open"] -= drafts
        assert dict(picture.parts.held) == {cause: amount for cause, amount in held.items() if amount}


def test_the_pieces_of_each_line_add_up_to_its_parts(scene):
    books = books_of(scene.place.people.head)
    pieces = defaultdict(list)
    for piece in books.pieces:
        pieces[piece.line].append(piece)
    assert len(pieces) > 8
    for standing in books.standings:
        mine = pieces[standing.line]
        assert sum(p.amount for p in mine) == (standing.declared or 0)
        assert sum(p.amount for p in mine if p.place) == standing.parts.own + standing.parts.transferred
        assert sums([p for p in mine if p.cause], lambda p: p.cause) == {**standing.parts.saved, **standing.parts.held}


def test_every_column_of_the_flow_carries_all_the_money_that_reaches_it(scene):
    books = books_of(scene.place.people.head).of({scene.place.round.pk})
    picture = flow(books, names_of(s.department for s in books.standings))
    assert sum(n.amount for n in picture.of("department")) == picture.declared
    assert sum(n.amount for n in picture.of("treatment")) == picture.declared
    assert sum(picture.ends.values()) == picture.declared
    for node in picture.nodes:
        into = sum(link.amount for link in picture.links if link.target == node)
        out = sum(link.amount for link in picture.links if link.source == node)
        assert node.column == "department" or into == node.amount
        assert out in (node.amount, 0)
    assert sum(node.amount for node in picture.of("place")) == books.parts.own + books.parts.transferred


def test_what_is_listed_or_in_reserve_is_the_money_of_the_list(scene):
    books = books_of(scene.place.people.head).of({scene.place.round.pk})
    ends = sums(books.pieces, lambda piece: piece.end)
    statuses = dict(scene.list.projects.values_list("project", "status"))
    stored = Counter()
    for funding in ComponentFunding.objects.filter(annual_list=scene.list).select_related("component"):
        stored[statuses[funding.component.project_id]] += funding.amount
    assert {"listed": ends[End.LISTED], "reserve": ends[End.RESERVE]} == dict(stored)
    assert ends[End.RESERVE] == 55


def test_savings_by_cause_are_those_of_reconcile_by_department_and_by_year(scene):
    user, place = scene.place.people.head, scene.place
    books = books_of(user)
    now = books.of({place.round.pk})
    names = names_of(s.department for s in books.standings)
    proved = of_reconcile(place.round).saved
    rows = by_department(now, None, names)
    assert {cause: sum(row.by_cause[cause] for row in rows) for cause in SAVED_CAUSES if proved.get(cause)} == dict(
        proved
    )
    assert proved == {"cut": 100, "duplicate": 35, "shared": 280, "rejected": 92}
    years = by_year(books, {place.round.year: [place.round.pk], place.later.year: [place.later.pk]})
    assert [row.total for row in years] == [sum(proved.values()), 0]
    assert [row.declared for row in years] == [now.parts.declared, 10]


def test_a_department_sees_its_own_money_and_nothing_of_others(scene):
    books = books_of(scene.place.people.health)
    assert {s.department for s in books.standings} == {scene.place.health.pk}
    everything = books_of(scene.place.people.head)
    own = [s for s in everything.standings if s.department == scene.place.health.pk]
    assert books.parts.declared == sum(s.declared or 0 for s in own)
    assert {one.department for one in duplicates(scene.place.people.health, [scene.place.round.pk])} == {
        scene.place.health.pk
    }


def test_another_jurisdiction_is_never_in_the_picture(scene):
    stranger = person(RoundFactory().jurisdiction.departments.create(code="x", name="外市大数据局"), Role.AUDITOR)
    assert books_of(stranger).standings == []


@pytest.mark.parametrize("who", ["head", "health"])
def test_behind_every_block_and_ribbon_stand_lines_that_add_up_to_it(scene, who):
    user = getattr(scene.place.people, who)
    books = books_of(user).of({scene.place.round.pk})
    picture = flow(books, names_of(s.department for s in books.standings))
    for part in [*picture.nodes, *picture.links]:
        found = amounts_behind(books, part.filter)
        assert sum(found.values()) == part.amount
        rows = rows_behind(user, found, list(found))
        assert sum(row.amount for row in rows) == part.amount
    for end, amount in picture.ends.items():
        assert sum(amounts_behind(books, {"end": end.value}).values()) == amount


def test_the_departments_that_are_not_named_stand_together_and_nothing_is_lost():
    place = city()
    for number in range(12):
        made = scenes.application(place, "health", 100 + number)
        made.department = place.jurisdiction.departments.create(code=f"extra{number}", name=f"市第{number}局")
        made.save()
    books = books_of(place.people.head)
    picture = flow(books, names_of(s.department for s in books.standings))
    blocks = picture.of("department")
    assert len(blocks) == 9 and blocks[-1].value == "rest"
    assert sum(block.amount for block in blocks) == sum(range(100, 112))
    assert len(amounts_behind(books, {"department": "rest"})) == 4


def test_the_duplicate_map_adds_up_and_behind_each_field_stand_its_modules(scene):
    user, rounds = scene.place.people.head, [scene.place.round.pk]
    found = duplicates(user, rounds)
    heat = heat_map(found, names_of(one.department for one in found))
    assert heat.amount == sum(one.amount for one in found) == 400  # 100 merged, 300 stripped
    assert sum(heat.column_sums) == heat.amount
    for row in heat.rows:
        for cell in row.cells:
            behind = duplicates_behind(found, {"department": cell.department, "category": cell.category})
            assert sum(behind.values()) == cell.amount and len(behind) == cell.modules


def test_the_figures_of_the_page_are_the_parts_of_its_books(scene):
    user = scene.place.people.head
    periods = periods_of(user)
    gathered = gather(user, periods, chosen(periods, str(scene.place.round.year)))
    figures = (gathered.built, gathered.avoided, gathered.cut, gathered.refused, gathered.held)
    assert sum(figure.amount for figure in figures) == gathered.declared.amount == gathered.flow.declared
    assert gathered.unknown == 1
    later = gather(user, periods, chosen(periods, str(scene.place.later.year)))
    assert later.declared.before == gathered.declared.amount


def test_money_of_a_lapsed_reserve_is_held_with_its_disposition(scene):
    people, place = scene.place.people, scene.place
    for annual_list in AnnualList.objects.filter(round__year=place.round.year):
        annual_list.projects.filter(status="reserve").update(status="lapsed")
    books = books_of(people.head).of({place.round.pk})
    (piece,) = [piece for piece in books.pieces if piece.cause == "deferred" and piece.treatment == "keep"]
    assert (piece.end, piece.place, piece.amount) == (End.HELD, None, 55)
    proved = of_reconcile(place.round)
    assert books.parts.held["deferred"] == proved.held["deferred"] == 55 + 33
    picture = flow(books, names_of(s.department for s in books.standings))
    assert sum(picture.ends.values()) == picture.declared


def test_a_component_that_builds_a_capability_is_shared(scene):
    line = scenes.module(scene.police_application)
    line.builds = CapabilityFactory(jurisdiction=scene.place.jurisdiction, provider=scene.place.bureau)
    line.save()
    books = books_of(scene.place.people.head).of({scene.place.round.pk})
    built = sums([piece for piece in books.pieces if piece.place], lambda piece: piece.place)
    assert built["capability"] == 200 + 60  # the police's own line, and what health pays into it


def test_what_shared_capabilities_avoid_is_what_reconcile_calls_shared(scene):
    books = books_of(scene.place.people.head).of({scene.place.round.pk})
    found = sharing(books)
    assert found.avoided == of_reconcile(scene.place.round).saved["shared"] == 280
    (row,) = found.rows
    assert (row.modules, row.departments) == (1, 1)
    assert sum(amounts_behind(books, row.filter).values()) == row.avoided
