"""Verbs of the inventory."""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from django.utils import timezone

from catalog.models import System, SystemFunction, SystemVersion
from catalog.services import functions, systems
from catalog.states import SYSTEM_MOVES, PlannedFate
from catalog.states import SystemStatus as S
from common.errors import DomainError, Stale
from common.models import AuditEvent
from common.transitions import MoveError
from tests.factories import CapabilityFactory, SystemFactory, SystemFunctionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(place):
    """A clerk of the transport department."""
    return place.people.transport


def test_registering_enters_a_system_into_its_owners_inventory(place, keeper):
    entered = systems.register(
        place.transport,
        {"code": "JT-1", "name": "公路养护", "build_cost": Decimal("2840000.00"), "used_by": [place.police]},
        by=keeper,
    )

    assert (entered.owner, entered.version) == (place.transport, 1)
    assert list(entered.used_by.all()) == [place.police]
    assert AuditEvent.objects.get().action == "system.register"


def test_an_update_keeps_what_stood_there_with_its_reason(place, keeper):
    system = SystemFactory(owner=place.transport, yearly_operating_cost=Decimal("342000.00"))

    systems.update(
        system,
        {"yearly_operating_cost": Decimal("286000.00"), "domain": "service", "used_by": [place.health]},
        by=keeper,
        reason="2026 年合同",
        version=1,
    )

    version = SystemVersion.objects.get()
    assert (version.number, version.by, version.reason) == (2, keeper, "2026 年合同")
    assert version.before == {"yearly_operating_cost": "342000.00", "domain": "", "used_by": []}
    system.refresh_from_db()
    assert (system.version, system.yearly_operating_cost) == (2, Decimal("286000.00"))


def test_the_audit_trail_names_fields_and_not_what_stood_in_them(place, keeper):
    system = SystemFactory(owner=place.transport, contact="王五 13800000000")

    systems.update(system, {"contact": "赵六"}, by=keeper, reason="换人")

    assert "13800000000" not in str(AuditEvent.objects.get().details)


def test_an_update_needs_a_reason(place, keeper):
    with pytest.raises(DomainError, match="Say why the entry changes"):
        systems.update(SystemFactory(owner=place.transport), {"name": "新名"}, by=keeper, reason="  ")


def test_an_update_of_an_entry_that_changed_meanwhile_is_refused(place, keeper):
    with pytest.raises(Stale):
        systems.update(SystemFactory(owner=place.transport), {"name": "新名"}, by=keeper, reason="改名", version=7)


def test_an_update_without_a_difference_leaves_no_version(place, keeper):
    system = SystemFactory(owner=place.transport)

    systems.update(system, {"name": system.name}, by=keeper, reason="无变化")

    assert not SystemVersion.objects.exists()


def test_an_archived_entry_no_longer_changes(place, keeper):
    with pytest.raises(DomainError, match="archived"):
        systems.update(SystemFactory(owner=place.transport, status=S.ARCHIVED), {"name": "新"}, by=keeper, reason="改")


@pytest.mark.parametrize(
    ("fate", "sentence"),
    [(PlannedFate.ABSORB, "Name the platform"), (PlannedFate.REPLACE, "Name the capability")],
)
def test_a_planned_fate_names_what_takes_over(place, keeper, fate, sentence):
    with pytest.raises(DomainError, match=sentence):
        systems.update(SystemFactory(owner=place.transport), {"planned_fate": fate}, by=keeper, reason="整合规划")


def test_another_fate_forgets_the_platform_of_the_old_one(place, keeper):
    platform = SystemFactory(owner=place.transport)
    system = SystemFactory(owner=place.transport, planned_fate=PlannedFate.ABSORB, absorbed_into=platform)
    capability = CapabilityFactory(jurisdiction=place.jurisdiction)

    changed = systems.update(
        system,
        {"planned_fate": PlannedFate.REPLACE, "replaced_by": capability},
        by=keeper,
        reason="改由共性能力替代",
    )

    assert (changed.absorbed_into, changed.replaced_by) == (None, capability)
    assert SystemVersion.objects.get().before["absorbed_into"] == platform.name


def test_absorption_and_parts_never_run_in_a_circle(place, keeper):
    first, second, third = SystemFactory.create_batch(3, owner=place.transport)
    systems.update(second, {"parent": first}, by=keeper, reason="子系统")
    systems.update(third, {"parent": second}, by=keeper, reason="子系统")

    with pytest.raises(DomainError, match="circle"):
        systems.update(first, {"parent": third}, by=keeper, reason="子系统")
    with pytest.raises(DomainError, match="circle"):
        systems.update(first, {"planned_fate": "absorb", "absorbed_into": first}, by=keeper, reason="并入")


def test_a_classified_system_is_a_pointer_only(place, keeper):
    with pytest.raises(DomainError, match="pointer only"):
        systems.register(
            place.police,
            {"code": "GA-9", "name": "专用系统", "is_classified": True, "description": "内容"},
            by=place.people.police,
        )
    system = SystemFunctionFactory(system__owner=place.transport).system
    with pytest.raises(DomainError, match="remove its functions first"):
        systems.update(system, {"is_classified": True}, by=keeper, reason="定密")
    pointer = SystemFactory(owner=place.police, is_classified=True)
    with pytest.raises(DomainError, match="its functions are not entered here"):
        functions.add(pointer, {"name": "功能"}, by=place.people.police)


def test_attesting_stamps_the_year_once(place, keeper):
    system = SystemFunctionFactory(system__owner=place.transport, system__attested_on=None).system

    attested = systems.attest(system, by=keeper, version=1)

    today = timezone.localdate()
    assert (attested.attested_on, attested.attested_by, attested.version) == (today, keeper, 2)
    assert SystemVersion.objects.get().reason == f"Yearly attestation {today.year}"
    with pytest.raises(DomainError, match="attested on .* already"):
        systems.attest(system, by=keeper)


def test_last_years_attestation_does_not_count(place, keeper):
    system = SystemFunctionFactory(
        system__owner=place.transport, system__attested_on=date(2020, 1, 1), system__attested_by=keeper
    ).system

    assert systems.attest(system, by=keeper, note="核对无误").attested_on == timezone.localdate()
    assert SystemVersion.objects.get().before == {"attested_on": "2020-01-01"}


def test_a_system_without_functions_cannot_be_attested(place, keeper):
    with pytest.raises(DomainError, match="Enter the system's functions"):
        systems.attest(SystemFactory(owner=place.transport), by=keeper)


def test_a_classified_pointer_is_attested_without_functions(place):
    pointer = SystemFactory(owner=place.police, is_classified=True)

    assert systems.attest(pointer, by=place.people.police).attested_on


@pytest.mark.parametrize(("here", "to"), list(product(S, S)))
def test_each_pair_of_states_moves_or_is_refused_as_the_table_says(place, keeper, here, to):
    system = SystemFactory(owner=place.transport, status=here)

    if SYSTEM_MOVES.allows(here, to):
        assert systems.move(system, to, by=keeper, reason="按计划").status == to
        assert SystemVersion.objects.get().before == {"status": here}
    else:
        with pytest.raises(MoveError):
            systems.move(system, to, by=keeper, reason="按计划")
        assert System.objects.get(pk=system.pk).status == here


def test_a_move_needs_a_reason(place, keeper):
    with pytest.raises(DomainError, match="Say why"):
        systems.move(SystemFactory(owner=place.transport), S.STOPPED, by=keeper, reason="")


def test_a_system_that_running_ones_stand_on_does_not_stop(place, keeper):
    platform = SystemFactory(owner=place.transport)
    part = SystemFactory(owner=place.transport, name="子系统甲", parent=platform)
    user = SystemFactory(owner=place.police, name="取数系统")
    user.depends_on.add(platform)

    with pytest.raises(DomainError, match="Settle them first.*子系统甲.*取数系统"):
        systems.move(platform, S.STOPPED, by=keeper, reason="下线")

    System.objects.filter(pk__in=[part.pk, user.pk]).update(status=S.STOPPED)
    assert systems.move(platform, S.STOPPED, by=keeper, reason="下线").status == S.STOPPED


def test_adding_editing_and_removing_a_function_are_versions_of_the_system(place, keeper):
    system = SystemFactory(owner=place.transport)

    function = functions.add(system, {"name": "养护巡查"}, by=keeper, version=1)
    functions.edit(function, {"description": "移动巡查与病害上报"}, by=keeper, version=2)
    functions.remove(function, by=keeper, reason="已并入平台", version=3)

    kept = list(SystemVersion.objects.order_by("number").values_list("number", "reason", "before"))
    assert kept == [
        (2, "Function added: 养护巡查", {"functions": []}),
        (3, "Function changed: 养护巡查", {"functions": ["养护巡查"]}),
        (4, "已并入平台", {"functions": ["养护巡查"]}),
    ]
    assert not SystemFunction.objects.exists()
    assert set(AuditEvent.objects.values_list("action", flat=True)) == {
        "function.add",
        "function.edit",
        "function.remove",
    }


def test_a_function_of_the_same_name_is_refused(place, keeper):
    system = SystemFunctionFactory(system__owner=place.transport, name="养护巡查").system

    with pytest.raises(DomainError, match="lists a function of this name already"):
        functions.add(system, {"name": "养护巡查"}, by=keeper)


def test_functions_of_an_entry_that_changed_meanwhile_are_refused(place, keeper):
    function = SystemFunctionFactory(system__owner=place.transport)

    with pytest.raises(Stale):
        functions.edit(function, {"name": "新"}, by=keeper, version=9)


def test_completeness_is_the_same_figure_in_python_and_in_the_database(place):
    full = {
        "office": "科技处", "contact": "王五", "description": "养护", "domain": "service",
        "first_built_on": date(2019, 1, 1), "build_cost": Decimal("1.00"), "network": "extranet",
    }  # fmt: skip
    for count in range(len(full) + 1):
        for level in (None, 1, 2, 3):
            some = dict(list(full.items())[:count])
            SystemFactory(owner=place.transport, mlps_level=level, **some)
            SystemFactory(owner=place.transport, mlps_level=level, mlps_filing="备案号", **some)

    for system in System.objects.with_completeness():
        assert system.filled_percent == system.completeness


def test_systems_to_attest_are_those_of_earlier_years_that_are_not_archived(place, keeper):
    due = SystemFactory(owner=place.transport)
    SystemFactory(owner=place.transport, status=S.ARCHIVED)
    SystemFactory(owner=place.transport, attested_on=date(2027, 3, 1), attested_by=keeper)

    assert list(System.objects.to_attest(2027)) == [due]
