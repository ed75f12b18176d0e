"""Verbs of the capability catalog."""

from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from catalog.models import Capability, FunctionCategory
from catalog.services import capabilities
from catalog.states import CAPABILITY_MOVES, PlannedFate, SystemStatus
from catalog.states import CapabilityStatus as S
from common.errors import DomainError, Stale
from common.models import AuditEvent
from common.transitions import MoveError
from tests.factories import CapabilityFactory, SystemFactory

pytestmark = pytest.mark.django_db

VERBS = {
    S.BUILDING: capabilities.start_building,
    S.TRIAL: capabilities.open_trial,
    S.AVAILABLE: capabilities.make_available,
    S.RESTRICTED: capabilities.restrict,
    S.RETIRED: capabilities.retire,
}
NEEDS_REASON = {S.RESTRICTED, S.RETIRED}


def values(place, **more):
    return {
        "code": "NL-1",
        "name": "地图服务",
        "kind": "support",
        "provider": place.bureau,
        "built_centrally": "底图与引擎",
        "services_offered": "地图接口",
        "department_builds": "专题图层",
        **more,
    }


def move(capability, to, by):
    reason = {"reason": "能力到期"} if to in NEEDS_REASON else {}
    return VERBS[to](capability, by=by, **reason)


def test_publishing_makes_a_planned_entry_with_its_categories(place):
    leaf = FunctionCategory.objects.create(code="F05.01", name="地图展示")

    entry = capabilities.publish(place.jurisdiction, values(place, categories=[leaf]), by=place.people.catalog)

    assert entry.status == S.PLANNED
    assert list(entry.categories.all()) == [leaf]
    assert AuditEvent.objects.get(action="capability.publish").actor_code == "city-catalog"


@pytest.mark.parametrize("field", ["name", "built_centrally", "services_offered", "department_builds", "code"])
def test_publishing_without_a_required_field_is_refused_in_words(place, field):
    with pytest.raises(DomainError, match="This field cannot be blank"):
        capabilities.publish(place.jurisdiction, values(place, **{field: ""}), by=place.people.catalog)
    assert not Capability.objects.exists()


def test_a_code_is_taken_once(place):
    capabilities.publish(place.jurisdiction, values(place), by=place.people.catalog)

    with pytest.raises(DomainError, match="already exists"):
        capabilities.publish(place.jurisdiction, values(place), by=place.people.catalog)


def test_an_update_raises_the_version_and_audits_what_stood_there(place):
    entry = CapabilityFactory(jurisdiction=place.jurisdiction, name="旧名")
    leaf = FunctionCategory.objects.create(code="F05.01", name="地图展示")

    changed = capabilities.update(entry, {"name": "新名", "categories": [leaf]}, by=place.people.catalog, version=1)

    assert (changed.version, changed.name) == (2, "新名")
    assert list(changed.categories.all()) == [leaf]
    assert AuditEvent.objects.get(action="capability.update").details["before"] == {"name": "旧名", "categories": []}


def test_an_update_without_a_difference_changes_nothing(place):
    entry = CapabilityFactory(jurisdiction=place.jurisdiction)

    assert capabilities.update(entry, {"name": entry.name}, by=place.people.catalog).version == 1
    assert not AuditEvent.objects.exists()


def test_an_update_of_an_entry_that_changed_meanwhile_is_refused(place):
    entry = CapabilityFactory(jurisdiction=place.jurisdiction, version=3)

    with pytest.raises(Stale, match="Somebody changed this record"):
        capabilities.update(entry, {"name": "新名"}, by=place.people.catalog, version=2)


def test_the_validity_does_not_end_before_it_begins(place):
    entry = CapabilityFactory(jurisdiction=place.jurisdiction)
    today = timezone.localdate()

    with pytest.raises(DomainError, match="The end lies before the beginning"):
        capabilities.update(
            entry, {"valid_from": today, "valid_to": today - timedelta(days=1)}, by=place.people.catalog
        )


def test_a_retired_entry_no_longer_changes(place):
    entry = CapabilityFactory(jurisdiction=place.jurisdiction, status=S.RETIRED)

    with pytest.raises(DomainError, match="publish a new one instead"):
        capabilities.update(entry, {"name": "新名"}, by=place.people.catalog)


@pytest.mark.parametrize(("here", "to"), list(product(S, VERBS)))
def test_each_pair_of_states_moves_or_is_refused_as_the_table_says(place, here, to):
    entry = CapabilityFactory(jurisdiction=place.jurisdiction, status=here)

    if CAPABILITY_MOVES.allows(here, to):
        moved = move(entry, to, place.people.catalog)
        assert (moved.status, moved.version) == (to, 2)
        assert AuditEvent.objects.get().action == f"capability.{to.value}"
    else:
        with pytest.raises(MoveError, match="reload the page"):
            move(entry, to, place.people.catalog)
        assert Capability.objects.get(pk=entry.pk).status == here


def test_nothing_moves_back_to_planned():
    assert not any(S.PLANNED in targets for targets in CAPABILITY_MOVES.moves.values())


@pytest.mark.parametrize("verb", [capabilities.restrict, capabilities.retire])
def test_restricting_and_retiring_need_a_reason(place, verb):
    with pytest.raises(DomainError, match="Say why"):
        verb(CapabilityFactory(jurisdiction=place.jurisdiction), by=place.people.catalog, reason=" ")


def test_opening_begins_the_validity_and_retiring_ends_it(place):
    entry = CapabilityFactory(jurisdiction=place.jurisdiction, status=S.BUILDING)

    assert capabilities.open_trial(entry, by=place.people.catalog).valid_from == timezone.localdate()
    ended = capabilities.retire(entry, by=place.people.catalog, reason="由新平台替代")
    assert ended.valid_to == timezone.localdate()


def test_a_capability_that_systems_wait_for_is_not_retired(place):
    entry = CapabilityFactory(jurisdiction=place.jurisdiction)
    waiting = SystemFactory(owner=place.health, name="健康地图", planned_fate=PlannedFate.REPLACE, replaced_by=entry)

    with pytest.raises(DomainError, match=r"Change their planned fate first.*健康地图"):
        capabilities.retire(entry, by=place.people.catalog, reason="到期")

    waiting.status = SystemStatus.STOPPED
    waiting.save()
    assert capabilities.retire(entry, by=place.people.catalog, reason="到期").status == S.RETIRED
