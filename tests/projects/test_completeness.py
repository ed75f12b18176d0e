"""What an application lacks, by its type."""

from decimal import Decimal

import pytest

from catalog.states import CapabilityStatus
from projects.models import Line, LineBase, LineSource
from projects.queries.completeness import blocking, problems
from projects.services import drafts, lines, papers
from tests.factories import CapabilityFactory, DataResourceFactory, LineFactory, SystemFactory

D = Decimal


def said(application):
    return [problem.sentence for problem in blocking(application)]


def advised(application):
    return [problem.sentence for problem in problems(application) if not problem.is_blocking]


def of_kind(draft, kind):
    draft.kind = kind
    draft.save()
    return draft


def test_a_complete_draft_lacks_nothing(draft):
    assert said(draft) == []


def test_an_empty_draft_lacks_fields_basis_chapters_and_modules(town):
    empty = drafts.create_application(town.round, by=town.people.health, name="一期")
    found = said(empty)
    assert "Fill in “office”." in found
    assert "Name at least one document that the application rests on." in found
    assert "Write the chapter “necessity”." in found
    assert "Add at least one functional module." in found
    assert {problem.place for problem in blocking(empty)} == {"detail", "documents", "modules"}


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("continued", "Name the project that is continued."),
        ("extension", "Describe the previous phase and its evaluation."),
        ("upgrade", "Describe the previous phase and its evaluation."),
        ("operation", "Name the system that is operated."),
        ("operation", "Add at least one cost item."),
        ("service", "Add at least one cost item."),
        ("consultancy", "Add at least one cost item."),
        ("consultancy", "consultancy has cost items, no modules: change the type or take the modules away."),
        ("data_governance", "Name the data resources that are governed."),
    ],
)
def test_each_type_has_its_own_needs(draft, kind, sentence):
    assert sentence in said(of_kind(draft, kind))


def test_an_operation_application_names_its_system_and_costs(draft, town):
    lines.remove_line(draft.lines.get(), by=town.people.health)
    drafts.update_header(
        draft, {"kind": "operation", "system": SystemFactory(owner=town.health)}, by=town.people.health
    )
    lines.add_line(draft, {"kind": "operation", "name": "运维", "declared": D(1)}, by=town.people.health)
    draft.refresh_from_db()
    assert said(draft) == []


def test_data_governance_names_data(draft, town):
    papers.link_data(draft.lines.get(), DataResourceFactory(), "write", by=town.people.health)
    assert said(of_kind(draft, "data_governance")) == []


def test_a_tagged_capability_needs_an_answer_and_a_refusal_its_reason(draft, town):
    line, capability = draft.lines.get(), CapabilityFactory(name="地图服务")
    change = lambda **fields: lines.update_line(line, fields, by=town.people.health)  # noqa: E731
    change(capability=capability)
    assert said(draft) == ["1 电子病历共享: say whether it uses “地图服务”."]
    change(catalog_answer="decline")
    assert said(draft) == ["1 电子病历共享: say why it does not use “地图服务”."]
    change(decline_reason="现有节点不支持。")
    assert said(draft) == []
    capability.status = CapabilityStatus.RETIRED
    capability.save()
    assert said(draft) == ["1 电子病历共享: “地图服务” is retired, choose another capability."]


def test_a_module_says_what_it_does(draft, town):
    lines.update_line(draft.lines.get(), {"description": ""}, by=town.people.health)
    (problem,) = blocking(draft)
    assert problem.sentence == "1 电子病历共享: say what the module does."
    assert (problem.place, problem.anchor) == ("modules", f"line-{draft.lines.get().pk}")


def test_sources_that_came_in_wrong_are_found(draft):
    LineSource.objects.filter(line__application=draft).update(amount=D(1))
    assert said(draft) == ["1 电子病历共享: the sources do not add up to the declared amount."]


def test_a_rate_without_base_is_found(draft, town):
    module = draft.lines.get()
    fields = {"kind": "supervision", "name": "监理", "rate": D("0.1"), "base": [module]}
    rated = lines.add_line(draft, fields, by=town.people.health)
    LineBase.objects.filter(line=rated).delete()
    assert "2 监理: say which lines the rate is of." in said(draft)


def test_unknown_amounts_and_odd_prices_are_told_without_blocking(draft, town):
    LineFactory(application=draft, sequence=5, name="外场", declared=None, description="x")
    odd = LineFactory(application=draft, sequence=6, name="机房", kind="hardware", declared=D(7))
    Line.objects.filter(pk=odd.pk).update(quantity=2, unit_price=D(3))
    assert said(draft) == []
    assert "5 外场: the amount is unknown; nothing can be determined before it is known." in advised(draft)
    assert "6 机房: the amount differs from quantity × unit price." in advised(draft)
    assert "Answer: Does it fit the plan?" in advised(draft)


def test_two_modules_of_one_name_are_told(draft):
    LineFactory(application=draft, sequence=5, name="电子病历共享", description="x")
    assert "Two modules are called “电子病历共享”." in advised(draft)


@pytest.mark.parametrize("more", [0, 3])
def test_the_check_takes_the_same_queries_for_any_number_of_lines(draft, more, django_assert_num_queries):
    for n in range(more):
        LineFactory(application=draft, sequence=10 + n, capability=CapabilityFactory())
    with django_assert_num_queries(2):
        problems(draft)
