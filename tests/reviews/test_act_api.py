"""Acts by program: planned, changed, proposed, confirmed, undone, settled, discarded; refusals, versions, keys."""

from decimal import Decimal

import pytest

from governance.models import FundingSource
from reviews.models import Act, Disposition
from tests import scenes
from tests.api import Program, refused
from tests.factories import ApplicationFactory, CapabilityFactory, LineFactory, SystemFactory, city
from tests.reviews.pages import confirmed, planned, press, proposed, two
from tests.scenes import module

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return city()


@pytest.fixture
def pair(place):
    return two(place)


def choices(pair):
    return [
        {"line": pair.b.pk, "kind": "keep"},
        {"line": pair.a.pk, "kind": "merge", "own": "5.00", "moved": "60.00", "target_line": pair.b.pk},
    ]


def test_the_whole_way_by_program(place, pair):
    li, wang, head = (Program(getattr(place.people, who)) for who in ("li", "wang", "head"))
    made = li.act("acts/", title="视频", reason="同类", choices=choices(pair))
    assert made.status_code == 201, made.content
    act = made.json()
    assert made["Location"].endswith(f"/acts/{act['id']}/")
    assert {row["saved"] for row in act["dispositions"]} == {"0.00", "35.00"}
    assert li.act(f"acts/{act['id']}/propose/", act["version"]).json()["status"] == "proposed"
    refused(li.act(f"acts/{act['id']}/confirm/", "*"), 409, "rule")
    shown = wang.act(f"acts/{act['id']}/confirm/", "*").json()
    assert (shown["status"], shown["after"]["own"]) == ("confirmed", "205.00")
    assert {row["state"] for row in shown["opinions"]} == {"awaiting"}
    assert li.act(f"acts/{act['id']}/ask-undo/", shown["version"]).json()["undo_asked_by"] == str(place.people.li)
    refused(li.act(f"acts/{act['id']}/undo/", "*"), 409, "rule")
    assert head.act(f"acts/{act['id']}/undo/", "*").json()["status"] == "undone"


def test_a_plan_is_changed_with_its_lines_or_in_words_alone(place, pair):
    li = Program(place.people.li)
    act = planned(place, pair)
    shown = li.act(f"acts/{act.pk}/", act.version, method="patch", reason="另一理由").json()
    assert shown["reason"] == "另一理由"
    assert {row["kind"]: row["moved"] for row in shown["dispositions"]} == {"keep": "0.00", "merge": "60.00"}
    rows = [{"line": pair.a.pk, "kind": "reject"}]
    shown = li.act(f"acts/{act.pk}/", shown["version"], method="patch", choices=rows).json()
    assert [(row["kind"], row["saved"]) for row in shown["dispositions"]] == [("reject", "100.00")]


def test_a_proposal_is_taken_back_with_a_reason_and_discarded_as_a_plan(place, pair):
    li, act = Program(place.people.li), proposed(place, pair)
    refused(li.act(f"acts/{act.pk}/take-back/", "*"), 400, "invalid")
    refused(li.act(f"acts/{act.pk}/discard/", "*"), 409, "state")
    assert li.act(f"acts/{act.pk}/take-back/", "*", reason="重算").json()["status"] == "planned"
    assert li.act(f"acts/{act.pk}/discard/", "*").json()["status"] == "discarded"
    refused(li.act(f"acts/{act.pk}/propose/", "*"), 409, "state")


def test_a_contested_act_is_settled_by_a_third_person(place, pair):
    act = confirmed(place, pair)
    press(place.people.health, "contest", act.pk, text="异议")
    refused(Program(place.people.wang).act(f"acts/{act.pk}/settle/", "*", uphold=True, reason="x"), 409, "rule")
    zhou = Program(place.people.zhou)
    refused(zhou.act(f"acts/{act.pk}/settle/", "*", uphold=True), 400, "invalid")
    assert zhou.act(f"acts/{act.pk}/settle/", "*", uphold=False, reason="采纳").json()["status"] == "undone"


def test_a_version_is_asked_for_and_compared(place, pair):
    li, act = Program(place.people.li), planned(place, pair)
    refused(li.act(f"acts/{act.pk}/propose/"), 428, "version_required")
    refused(li.act(f"acts/{act.pk}/propose/", act.version + 7), 412, "stale")
    assert li.act(f"acts/{act.pk}/propose/", act.version).status_code == 200
    assert Program(place.people.li).get(f"/api/v1/acts/{act.pk}/")["ETag"] == f'"{Act.objects.get().version}"'


def test_a_plan_that_is_sent_twice_under_a_key_is_made_once(place, pair):
    li, body = Program(place.people.li), {"reason": "同类", "choices": choices(pair)}
    answers = [li.post("/api/v1/acts/", body, headers={"Idempotency-Key": "one"}) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert Act.objects.count() == 1


def test_a_preview_computes_and_keeps_nothing(place, pair):
    shown = Program(place.people.li).act("acts/preview/", choices=choices(pair)).json()
    assert (shown["declared"], shown["own"], shown["transferred"], shown["saved"]) == (
        "300.00",
        "205.00",
        "60.00",
        "35.00",
    )
    assert {row["after"] for row in shown["projects"]} == {"5.00", "260.00"}
    assert not Act.objects.exists()
    over = [{"line": pair.a.pk, "kind": "keep", "own": "100.01"}]
    refused(Program(place.people.li).act("acts/preview/", choices=over), 409, "rule")


@pytest.mark.parametrize(
    ("broken", "pointer"),
    [
        ({"kind": "keep"}, "/choices/0/line"),
        ({"line": 0, "kind": "keep"}, "/choices/0/line"),
        ({"line": None, "kind": "burn"}, "/choices/0/kind"),
        ({"line": None, "kind": "keep", "own": "-1.00"}, "/choices/0/own"),
        ({"line": None, "kind": "keep", "own": 1.5}, "/choices/0/own"),
        ({"line": None, "kind": "keep", "saved": "1.00"}, "/choices/0/saved"),
        ({"line": None, "kind": "merge", "moved": "1.005"}, "/choices/0/moved"),
    ],
)
def test_a_misshapen_choice_is_told_beside_its_field(place, pair, broken, pointer):
    row = {name: (pair.a.pk if name == "line" and value is None else value) for name, value in broken.items()}
    problem = refused(Program(place.people.li).act("acts/", reason="x", choices=[row]), 400, "invalid")
    assert any(error["pointer"].startswith(f"#{pointer}") for error in problem["errors"])
    assert not Act.objects.exists()


def test_a_rule_of_the_business_is_a_sentence(place, pair):
    li = Program(place.people.li)
    unknown = LineFactory(application=pair.health, sequence=9, declared=None)
    for rows, words in (
        ([{"line": pair.a.pk, "kind": "keep", "own": "100.01"}], "more than was declared"),
        ([{"line": unknown.pk, "kind": "keep"}], "is unknown"),
        ([{"line": pair.a.pk, "kind": "reject", "own": "1.00"}], "leaves no own part"),
        ([{"line": pair.a.pk, "kind": "keep", "moved": "1.00", "own": "1.00"}], "Only a merge or a strip"),
        ([{"line": pair.a.pk, "kind": "merge", "moved": "1.00"}], "Name the component"),
        ([{"line": pair.a.pk, "kind": "strip"}], "Name a capability"),
        ([{"line": pair.a.pk, "kind": "reuse"}], "Name a system"),
        ([{"line": pair.a.pk, "kind": "keep"}] * 2, "decided twice"),
    ):
        assert words in refused(li.act("acts/", reason="x", choices=rows), 409, "rule")["detail"]
    assert not Act.objects.exists()


def test_sources_capability_system_and_conditions_come_back_as_they_were_sent(place, pair):
    capability = CapabilityFactory(jurisdiction=place.jurisdiction, provider=place.transport)
    system = SystemFactory(owner=place.police)
    bond = LineFactory(
        application=pair.health,
        sequence=5,
        declared=Decimal("90.00"),
        money={"city": Decimal("60.00"), "bond": Decimal("30.00")},
    )
    more = [LineFactory(application=pair.health, sequence=n, declared=Decimal("10.00")) for n in (6, 7, 8)]
    rows = [
        {"line": pair.b.pk, "kind": "keep"},
        {
            "line": bond.pk,
            "kind": "merge",
            "moved": "30.00",
            "moved_sources": {"bond": "30.00"},
            "target_line": pair.b.pk,
        },
        {"line": more[0].pk, "kind": "strip", "capability": capability.pk, "own": "2.00"},
        {"line": more[1].pk, "kind": "reuse", "system": system.pk},
        {
            "line": more[2].pk,
            "kind": "remediate",
            "conditions": [{"text": "数据入池", "due_on": "2027-06-30"}],
            "note": "先改",
        },
    ]
    shown = Program(place.people.li).act("acts/", reason="x", choices=rows).json()["dispositions"]
    by_line = {row["line"]: row for row in shown}
    moved = {share["source"]: share["amount"] for share in by_line[bond.pk]["shares"] if share["part"] == "moved"}
    assert moved == {"bond": "30.00"}
    assert by_line[more[0].pk]["capability"] == capability.pk
    assert by_line[more[1].pk]["system"] == system.pk
    assert by_line[more[2].pk]["conditions"] == [{"text": "数据入池", "due_on": "2027-06-30"}]
    assert by_line[more[2].pk]["note"] == "先改"


def test_lines_of_another_city_or_of_a_draft_are_not_there(place, pair):
    other = two(city("han"))
    draft = LineFactory(application=ApplicationFactory(round=place.round, department=place.health))
    for line in (other.a, draft):
        rows = [{"line": line.pk, "kind": "keep"}]
        refused(Program(place.people.li).act("acts/", reason="x", choices=rows), 400, "invalid")


@pytest.mark.parametrize("who", ["health", "intake", "finance", "auditor", "catalog"])
def test_only_reviewers_and_heads_plan(place, pair, who):
    answer = Program(getattr(place.people, who)).act("acts/", reason="x", choices=choices(pair))
    assert answer.status_code == 403
    assert not Disposition.objects.exists()


@pytest.mark.parametrize("verb", ["propose", "confirm", "ask-undo", "undo", "discard"])
def test_who_only_reads_decides_nothing(place, pair, verb):
    act = planned(place, pair)
    refused(Program(place.people.auditor).act(f"acts/{act.pk}/{verb}/", "*"), 403, "permission_denied")
    refused(Program(place.people.health).act(f"acts/{act.pk}/{verb}/", "*"), 404, "not_found")


@pytest.mark.parametrize("field", ["status", "confirmed_by", "order", "is_sealed", "before", "number"])
def test_what_verbs_move_is_not_written(place, pair, field):
    act = planned(place, pair)
    refused(Program(place.people.li).act(f"acts/{act.pk}/", "*", method="patch", **{field: "1"}), 400, "invalid")


def test_acts_are_filtered_and_ordered(place, pair):
    program, first = Program(place.people.wang), proposed(place, pair)
    made = scenes.application(place, "transport", 30)
    second = scenes.plan("x", [scenes.keep(module(made))], by=place.people.li)
    ids = lambda **query: [row["id"] for row in program.read("acts/", **query)["results"]]  # noqa: E731
    assert ids() == [second.pk, first.pk]
    assert ids(ordering="number") == [first.pk, second.pk]
    assert ids(status="proposed") == ids(waiting="true") == ids(department=place.health.pk) == [first.pk]
    assert ids(round=place.round.pk) == [second.pk, first.pk]
    assert ids(q=second.number) == ids(search=second.number) == [second.pk]
    refused(program.get("/api/v1/acts/", {"colour": "red"}), 400, "parameter")


def test_a_list_of_three_asks_as_often_as_a_list_of_one(place, pair, django_assert_max_num_queries):
    def queries(who):
        program = Program(getattr(place.people, who))
        with django_assert_max_num_queries(60) as seen:
            assert program.read("acts/")["results"]
        return len(seen)

    act = confirmed(place, pair)
    act.opinions.update(state="silent")
    one = {who: queries(who) for who in ("wang", "health")}
    for number in (2, 3):
        line = LineFactory(application=pair.health, sequence=number, declared=Decimal("10.00"))
        scenes.decide(place, scenes.merge(line, pair.b, 5))
    assert {who: queries(who) for who in one} == one


def test_a_source_that_is_not_there_is_a_sentence(place, pair):
    rows = [choices(pair)[0], {**choices(pair)[1], "moved_sources": {"gold": "60.00"}}]
    assert FundingSource.objects.filter(code="gold").count() == 0
    refused(Program(place.people.li).act("acts/", reason="x", choices=rows), 409, "rule")
