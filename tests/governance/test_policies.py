from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from common.errors import DomainError
from common.models import AuditEvent
from governance.models import PolicyParameter
from governance.policies import PARAMETERS
from governance.queries.policies import by_topic, history, in_force, policy
from governance.services.policies import Basis, load_default_pack, set_policy, withdraw_policy
from governance.states import Origin
from tests.factories import JurisdictionFactory, city

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = timedelta(days=1)


@pytest.fixture
def here():
    return city()


def basis(**more):
    return Basis(**{"document": "江政办〔2026〕12号", "valid_from": TODAY, **more})


def pack(key, value, since):
    return PolicyParameter.objects.create(key=key, value=value, source_document="默认参数包", valid_from=since)


@pytest.mark.parametrize("parameter", PARAMETERS.values(), ids=PARAMETERS)
def test_every_default_is_a_value_of_its_own_type(parameter):
    assert parameter.read(parameter.store(parameter.default)) == parameter.default
    assert type(parameter.read(parameter.store(parameter.default))) is type(parameter.default)


def test_the_numbers_of_the_default_pack():
    values = {key: policy(key) for key in PARAMETERS}
    assert values["review_days"] == 20
    assert values["review_days_urgent"] == 10
    assert values["filing_limit"] == Decimal(15)
    assert values["one_step_hardware"] == Decimal("10000000.00")
    assert values["weights"] == {"execution": 10, "output": 50, "benefit": 30, "satisfaction": 10}
    assert sum(values["weights_with_cost"].values()) == 100
    assert values["grades"] == {"excellent": 90, "good": 80, "fair": 60}


def test_own_value_before_the_pack_before_the_default(here):
    other = JurisdictionFactory()
    assert policy("opinion_days", here.jurisdiction) == 5
    pack("opinion_days", 7, date(2026, 1, 1))
    assert policy("opinion_days", here.jurisdiction) == 7
    set_policy(here.jurisdiction, "opinion_days", 10, basis(), by=here.people.head)
    assert policy("opinion_days", here.jurisdiction) == 10
    assert policy("opinion_days", here.jurisdiction.pk) == 10
    assert policy("opinion_days", other) == policy("opinion_days") == 7


def test_a_value_counts_on_its_days_only(here):
    set_policy(here.jurisdiction, "review_days", 25, basis(valid_from=TODAY), by=here.people.head)
    crowded = basis(valid_from=TODAY + 10 * DAY, valid_to=TODAY + 20 * DAY)
    set_policy(here.jurisdiction, "review_days", 40, crowded, by=here.people.head)
    found = [policy("review_days", here.jurisdiction, TODAY + n * DAY) for n in (-1, 0, 9, 10, 20, 21)]
    assert found == [20, 25, 25, 40, 40, 25]


def test_where_a_value_is_from(here):
    [built_in] = in_force(["review_days"], here.jurisdiction)
    assert (built_in.origin, built_in.is_verified) == (Origin.BUILT_IN, False)
    pack("review_days", 20, date(2026, 1, 1))
    [packed] = in_force(["review_days"], here.jurisdiction)
    assert (packed.origin, packed.document) == (Origin.PACK, "默认参数包")
    verified = basis(clause="第十五条", is_verified=True)
    set_policy(here.jurisdiction, "review_days", 25, verified, by=here.people.head)
    [own] = in_force(["review_days"], here.jurisdiction)
    assert (own.origin, own.document, own.clause, own.is_verified) == (
        Origin.OWN, "江政办〔2026〕12号", "第十五条", True,
    )  # fmt: skip
    assert [row.value for row in history("review_days", here.jurisdiction)] == [25, 20]


def test_the_whole_table_takes_one_query(here, django_assert_num_queries):
    load_default_pack()
    with django_assert_num_queries(1):
        topics = by_topic(here.jurisdiction)
    assert sum(len(topic.rows) for topic in topics) == len(PARAMETERS)


def test_setting_a_value_is_audited(here):
    row = set_policy(here.jurisdiction, "filing_limit", Decimal("12.5"), basis(), by=here.people.head)
    event = AuditEvent.objects.get(action="policy.set")
    assert (event.target_id, event.actor_code, event.details["value"]) == (row.pk, "city-head", "12.5")
    assert policy("filing_limit", here.jurisdiction) == Decimal("12.5")


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("nonsense", 1, "There is no parameter “nonsense”."),
        ("review_days", "20", "This is not a value for “review time”"),
        ("review_days", True, "This is not a value for “review time”"),
        ("review_days", 0, "“review time” is at least 1."),
        ("review_days", 251, "“review time” is at most 250."),
        ("filing_limit", Decimal(101), "is at most 100"),
        ("filing_limit", Decimal("NaN"), "This is not a value"),
        ("filing_limit", "x", "This is not a value"),
        ("filing_limit", 0.5, "This is not a value"),
        ("one_step_hardware", Decimal("1.005"), "This is not a value"),
        ("one_step_hardware", Decimal(-1), "is at least 0"),
        ("weights", {"execution": 10}, "This is not a value"),
        ("weights", {"execution": 10, "output": 50, "benefit": 30, "satisfaction": "10"}, "This is not a value"),
        (
            "weights",
            {"execution": 10, "output": 50, "benefit": 30, "satisfaction": 11},
            "The parts must add up to 100; they add up to 101.",
        ),
        ("grades", {"excellent": 80, "good": 80, "fair": 60}, "Each grade begins below the one before it."),
    ],
)
def test_what_is_no_value_of_the_parameter_is_refused(here, key, value, sentence):
    with pytest.raises(DomainError, match=sentence):
        set_policy(here.jurisdiction, key, value, basis(), by=here.people.head)
    assert not PolicyParameter.objects.exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"document": " "}, "Name the document"),
        ({"is_verified": True}, "Name the clause"),
        ({"valid_from": TODAY - DAY}, "A value holds from today at the earliest"),
        ({"valid_to": TODAY - DAY}, "The end lies before the beginning."),
    ],
)
def test_a_value_without_basis_is_refused(here, more, sentence):
    with pytest.raises(DomainError, match=sentence):
        set_policy(here.jurisdiction, "review_days", 25, basis(**more), by=here.people.head)


def test_two_values_from_one_day_are_refused(here):
    set_policy(here.jurisdiction, "review_days", 25, basis(), by=here.people.head)
    with pytest.raises(DomainError, match="has a value from that day already"):
        set_policy(here.jurisdiction, "review_days", 26, basis(), by=here.people.head)


def test_a_value_that_nothing_was_decided_under_is_taken_back(here):
    row = set_policy(here.jurisdiction, "review_days", 25, basis(), by=here.people.head)
    withdraw_policy(row, by=here.people.head)
    assert policy("review_days", here.jurisdiction) == 20
    assert AuditEvent.objects.filter(action="policy.withdrawn", details__value=25).exists()


def test_a_value_that_was_in_force_stays(here):
    row = PolicyParameter.objects.create(
        jurisdiction=here.jurisdiction, key="review_days", value=25, source_document="文", valid_from=TODAY - DAY
    )
    with pytest.raises(DomainError, match="has been in force"):
        withdraw_policy(row, by=here.people.head)


def test_the_default_pack_is_not_taken_back(here):
    with pytest.raises(DomainError, match="The default pack is not changed here"):
        withdraw_policy(pack("review_days", 20, TODAY), by=here.people.head)


def test_the_default_pack_is_loaded_once_and_not_verified():
    assert load_default_pack() == len(PARAMETERS)
    assert load_default_pack() == 0
    rows = PolicyParameter.objects.all()
    assert {row.key for row in rows} == set(PARAMETERS)
    assert not any(row.is_verified or row.jurisdiction_id for row in rows)
    assert all(row.source_document and row.clause for row in rows)
