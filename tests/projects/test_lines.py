"""Lines and their money: what is typed, what follows, what is refused."""

from decimal import Decimal

import pytest

from catalog.states import CapabilityStatus
from common.errors import DomainError, Stale
from common.models import AuditEvent
from governance.states import SourceKind
from projects.models import Line, LineSource
from projects.services import lines
from projects.states import ApplicationStatus
from tests.factories import CapabilityFactory, FundingSourceFactory, LineFactory, city, complete_draft

D = Decimal


def money(line):
    rows = LineSource.objects.filter(line=line).order_by("year", "source__code")
    return [(row.source.code, row.year, row.amount) for row in rows.select_related("source")]


def add(draft, town, **fields):
    return lines.add_line(draft, {"name": "条目", **fields}, by=town.people.health)


def change(line, town, **fields):
    return lines.update_line(line, fields, by=town.people.health)


def item(draft, town, **fields):
    return add(draft, town, **{"kind": "hardware", **fields})


def test_the_whole_amount_comes_from_the_first_open_source_in_the_rounds_year(draft, town):
    FundingSourceFactory(jurisdiction=town.jurisdiction, code="bond")
    superior = {"code": "aa-superior", "kind": SourceKind.SUPERIOR, "purpose": "省补"}
    FundingSourceFactory(jurisdiction=town.jurisdiction, **superior)
    line = add(draft, town, declared=D("12.34"))
    assert money(line) == [("bond", 2027, D("12.34"))], "by code, earmarked money never first"
    assert line.sequence == 2
    assert AuditEvent.objects.filter(action="line.added").count() == 2


def test_a_city_without_an_open_source_says_whom_to_ask(draft, town):
    town.source.is_active = False
    town.source.save()
    with pytest.raises(DomainError, match="No funding source is open here"):
        add(draft, town, declared=D(1))


def test_an_unknown_amount_has_no_sources(draft, town):
    line = add(draft, town, declared=D(5))
    change(line, town, declared=None)
    assert (Line.objects.get(pk=line.pk).declared, money(line)) == (None, [])


def test_nought_is_an_amount_and_needs_no_source(draft, town):
    line = add(draft, town, declared=D(0))
    assert (line.declared, money(line)) == (D(0), [])


def test_sources_follow_a_new_amount_in_proportion_to_the_fen(draft, town):
    bond = FundingSourceFactory(jurisdiction=town.jurisdiction, code="bond")
    line = add(draft, town, declared=D("100.00"))
    shares = {(town.source.pk, 2027): D("33.33"), (bond.pk, 2027): D("33.33"), (bond.pk, 2028): D("33.34")}
    lines.set_sources(line, shares, by=town.people.health)
    change(line, town, declared=D("10.00"))
    assert money(line) == [("bond", 2027, D("3.33")), ("city", 2027, D("3.33")), ("bond", 2028, D("3.34"))]


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        ({("city", 2027): D("99.99")}, "add up to 99.99, the declared amount is 100.00"),
        ({("city", 2026): D("100.00")}, "declared for 2027 and later years"),
        ({("city", 2048): D("100.00")}, "declared for 2027 and later years"),
        ({("city", 2027): D("200.00"), ("city", 2028): D("-100.00")}, "An amount is not negative"),
        ({("foreign", 2027): D("100.00")}, "not available here"),
        ({("closed", 2027): D("100.00")}, "not available here"),
    ],
)
def test_sources_that_do_not_fit_are_refused(draft, town, shares, sentence):
    known = {
        "city": town.source,
        "foreign": city("other").source,
        "closed": FundingSourceFactory(jurisdiction=town.jurisdiction, code="closed", is_active=False),
    }
    line = add(draft, town, declared=D("100.00"))
    with pytest.raises(DomainError, match=sentence):
        lines.set_sources(line, {(known[c].pk, y): a for (c, y), a in shares.items()}, by=town.people.health)
    assert money(line) == [("city", 2027, D("100.00"))]


def test_an_unknown_amount_is_declared_before_its_sources(draft, town):
    with pytest.raises(DomainError, match="Declare the amount first"):
        lines.set_sources(add(draft, town), {(town.source.pk, 2027): D(0)}, by=town.people.health)


def test_amount_and_sources_change_together(draft, town):
    line = add(draft, town, declared=D("100.00"))
    change(line, town, declared=D("70.00"), sources={(town.source.pk, 2028): D("70.00")})
    assert money(line) == [("city", 2028, D("70.00"))]


@pytest.mark.parametrize("amount", [D("-1"), D("0.001"), D("99999999999999.00")])
def test_impossible_amounts_are_refused(draft, town, amount):
    with pytest.raises(DomainError):
        add(draft, town, declared=amount)
    assert draft.lines.count() == 1


class TestPrices:
    def test_the_amount_is_quantity_times_price_until_it_is_typed_over(self, draft, town):
        line = item(draft, town, quantity=D(3), unit_price=D("10.01"))
        assert (line.declared, money(line)) == (D("30.03"), [("city", 2027, D("30.03"))])
        assert change(line, town, quantity=D(4), declared=D("30.03")).declared == D("40.04")
        assert change(line, town, declared=D("40.00")).declared == D("40.00")
        assert change(line, town, quantity=D(5)).declared == D("40.00")

    def test_a_module_counts_person_months(self, draft, town):
        assert add(draft, town, person_months=D("34.0"), unit_price=D(20000)).declared == D(680000)


class TestRates:
    @pytest.fixture
    def module(self, draft):
        return draft.lines.get()

    @pytest.fixture
    def rated(self, draft, town, module):
        return item(draft, town, kind="supervision", name="监理", rate=D("0.03"), base=[module])

    def amount(self, line):
        return Line.objects.get(pk=line.pk).declared

    def test_a_rate_based_item_is_computed_from_its_base(self, rated, module):
        assert (rated.declared, money(rated)) == (D("30000.00"), [("city", 2027, D("30000.00"))])

    def test_it_follows_amount_and_sources_of_its_base_half_up(self, rated, module, town):
        change(module, town, declared=D("0.50"))
        assert self.amount(rated) == D("0.02"), "0.015 is rounded up"
        change(module, town, declared=D("100.00"), sources={(town.source.pk, 2029): D("100.00")})
        assert money(rated) == [("city", 2029, D("3.00"))]
        assert AuditEvent.objects.filter(action="line.changed").first().details["rates"] == [f"{rated.reference}: 3.00"]

    def test_a_rate_of_a_rate_follows_too(self, rated, module, draft, town):
        outer = item(draft, town, kind="contingency", name="预备费", rate=D("0.1"), base=[module, rated])
        assert outer.declared == D("103000.00")
        change(module, town, declared=D("100.00"))
        assert (self.amount(rated), self.amount(outer)) == (D("3.00"), D("10.30"))

    def test_an_unknown_base_makes_it_unknown(self, rated, module, town):
        change(module, town, declared=None)
        assert (self.amount(rated), money(rated)) == (None, [])

    def test_without_its_last_base_line_it_is_unknown(self, rated, module, town):
        lines.remove_line(module, by=town.people.health)
        assert self.amount(rated) is None

    def test_it_takes_no_amount_and_no_sources_of_its_own(self, rated, town):
        with pytest.raises(DomainError, match="its amount and sources follow them"):
            change(rated, town, declared=D(5))
        with pytest.raises(DomainError, match="its amount and sources follow them"):
            change(rated, town, sources={(town.source.pk, 2027): D(5)})

    def test_taking_the_rate_away_keeps_the_amount(self, rated, town):
        change(rated, town, rate=None)
        assert (self.amount(rated), rated.base_links.count()) == (D("30000.00"), 0)

    def test_circles_are_refused(self, rated, draft, town, module):
        outer = item(draft, town, kind="contingency", name="预备费", rate=D("0.1"), base=[rated])
        with pytest.raises(DomainError, match="A rate rests on itself"):
            change(rated, town, base=[module, outer])

    def test_the_base_lies_in_the_same_application(self, rated, draft, town):
        foreign = complete_draft(town).lines.get()
        for base in ([foreign], [rated]):
            with pytest.raises(DomainError, match="other lines of the same application"):
                change(rated, town, base=base)

    def test_a_rate_names_its_base_and_a_base_its_rate(self, draft, town, module):
        with pytest.raises(DomainError, match="Say which lines the rate is of"):
            item(draft, town, rate=D("0.1"))
        with pytest.raises(DomainError, match="Say the rate as well"):
            item(draft, town, base=[module])

    def test_a_rate_lies_between_nought_and_one(self, draft, town, module):
        with pytest.raises(DomainError, match="rate of its base"):
            item(draft, town, rate=D("1.5"), base=[module])


def test_a_cost_item_serves_a_module_of_its_application(draft, town):
    module = draft.lines.get()
    served = item(draft, town, serves=module)
    assert served.serves == module
    foreign = complete_draft(town).lines.get()
    for target in (foreign, served):
        with pytest.raises(DomainError, match="serves a module of the same application"):
            item(draft, town, serves=target)
    with pytest.raises(DomainError, match="Other items serve this module"):
        change(module, town, kind="software")


def test_a_module_serves_nothing(draft, town):
    with pytest.raises(DomainError, match="A module serves no other module"):
        add(draft, town, serves=draft.lines.get())


def test_an_answer_names_its_capability(draft, town):
    with pytest.raises(DomainError, match="Name the capability that the answer is about"):
        add(draft, town, catalog_answer="use")
    capability = CapabilityFactory(jurisdiction=town.jurisdiction)
    assert add(draft, town, capability=capability, catalog_answer="use").capability == capability


def test_a_retired_capability_is_not_chosen(draft, town):
    with pytest.raises(DomainError, match="is retired"):
        add(draft, town, capability=CapabilityFactory(status=CapabilityStatus.RETIRED))


def test_only_its_provider_builds_a_planned_capability(draft, town):
    planned = {"status": CapabilityStatus.PLANNED, "jurisdiction": town.jurisdiction}
    own, foreign = (CapabilityFactory(provider=place, **planned) for place in (town.health, town.police))
    assert add(draft, town, builds=own).builds == own
    for capability in (foreign, CapabilityFactory(provider=town.health)):
        with pytest.raises(DomainError, match="Only the provider of a planned capability builds it"):
            add(draft, town, builds=capability)


def test_earmarks_are_purposes_of_this_city(draft, town):
    superior = FundingSourceFactory(jurisdiction=town.jurisdiction, code="s", kind=SourceKind.SUPERIOR, purpose="省补")
    assert list(add(draft, town, earmarks=[superior]).earmarks.all()) == [superior]
    with pytest.raises(DomainError, match="Only earmarked money"):
        add(draft, town, earmarks=[town.source])


def test_a_line_has_a_name(draft, town):
    with pytest.raises(DomainError, match="name: This field cannot be blank"):
        lines.add_line(draft, {"name": ""}, by=town.people.health)


def test_lines_are_ordered_anew_while_the_application_is_a_draft(draft, town):
    first, second, third = draft.lines.get(), add(draft, town), add(draft, town)
    lines.reorder(draft, [third.pk, first.pk, second.pk], by=town.people.health)
    assert list(draft.lines.values_list("pk", "sequence")) == [(third.pk, 1), (first.pk, 2), (second.pk, 3)]
    with pytest.raises(DomainError, match="The lines changed meanwhile"):
        lines.reorder(draft, [third.pk, first.pk], by=town.people.health)
    draft.status, draft.submitted_at = ApplicationStatus.CORRECTION, draft.created_at
    draft.save()
    with pytest.raises(DomainError, match="The numbers of the lines are fixed"):
        lines.reorder(draft, [first.pk, second.pk, third.pk], by=town.people.health)


def test_a_removed_line_leaves_a_trace_and_no_money(draft, town):
    line = add(draft, town, declared=D(5))
    lines.remove_line(line, by=town.people.health)
    assert money(line) == []
    details = AuditEvent.objects.filter(action="line.removed").get().details
    assert details == {"line": "SB2027-0001/2", "name": "条目", "declared": "5.00"}
    with pytest.raises(DomainError, match="This line is gone"):
        change(line, town, name="x")


def test_every_verb_on_lines_asks_for_clerk_status_and_version(draft, town):
    line = draft.lines.get()
    verbs = [
        lambda by, v: lines.add_line(draft, {"name": "x"}, by=by, version=v),
        lambda by, v: lines.update_line(line, {"name": "x"}, by=by, version=v),
        lambda by, v: lines.remove_line(line, by=by, version=v),
        lambda by, v: lines.reorder(draft, [line.pk], by=by, version=v),
        lambda by, v: lines.set_sources(line, {}, by=by, version=v),
        lambda by, v: lines.add_lines(draft, [], by=by, version=v),
    ]
    for verb in verbs:
        with pytest.raises(Stale):
            verb(town.people.health, 1)
        with pytest.raises(DomainError, match="Only a clerk of the department changes"):
            verb(town.people.police, None)


def test_many_lines_are_added_together_or_not_at_all(draft, town):
    good = {"name": "甲", "declared": D(1)}
    with pytest.raises(DomainError):
        lines.add_lines(draft, [good, {"name": ""}], by=town.people.health)
    assert draft.lines.count() == 1
    made = lines.add_lines(draft, [good, {"name": "乙"}], by=town.people.health)
    assert [line.sequence for line in made] == [2, 3]
    assert AuditEvent.objects.filter(action="lines.added").get().details["names"] == ["甲", "乙"]


def test_a_line_in_a_decision_is_not_taken_away(draft, town):
    """Reviews protect their lines by foreign key; applying only passes the refusal on in words."""
    from projects.models import Component, Project  # noqa: PLC0415  only here

    line = LineFactory(application=draft, sequence=7)
    project = Project.objects.create(
        code="XM", name="项目", jurisdiction=town.jurisdiction, lead=town.health, application=draft
    )
    Component.objects.create(project=project, line=line, code="XM/7", name="部分")
    with pytest.raises(DomainError, match="SB2027-0001/7 stands in a decision already"):
        lines.remove_line(line, by=town.people.health)
