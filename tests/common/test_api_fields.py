from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from common.api.fields import BoundedIntegerField, MoneyField, SafeCharField
from common.api.serializers import ModelSerializer, VisibleRelatedField
from governance.models import Department, Round
from projects.models import Line
from tests.factories import RoundFactory, city


def refuses(field, value):
    with pytest.raises(ValidationError):
        field.run_validation(value)


@pytest.mark.parametrize(
    "value",
    ["1_000", "９９.５０", "٣", "1e3", "NaN", "Infinity", "1.001", "1,000.00", " 1", "1 ", "", "+1", ".5", "1.", "0x1",
     "99999999999999.99", 1, 1.5, True, None, [], {}, "1\n", "--1", "1" * 5000],
)  # fmt: skip
def test_an_amount_is_a_plain_text_of_digits(value):
    refuses(MoneyField(), value)


@pytest.mark.parametrize(
    ("text", "amount"),
    [("0", "0.00"), ("-0", "0.00"), ("1280000.00", "1280000.00"), ("-3.5", "-3.50"), ("00.10", "0.10")],
)
def test_an_amount_is_read_and_told_to_the_fen(text, amount):
    value = MoneyField().run_validation(text)
    assert value == Decimal(amount)
    assert MoneyField().to_representation(value) == amount


def test_an_amount_keeps_its_limits():
    field = MoneyField(min_value=0, max_value=Decimal(100))
    assert field.run_validation("100.00") == 100
    refuses(field, "100.01")
    refuses(field, "-0.01")


@pytest.mark.parametrize(
    "value", ["a\x00b", "a\u200bb", "\u202eabc", "\ufeffa", "\ud800", "a\x1bb", "\x7f", 1, 1.5, True, [], {}, "", "   "]
)
def test_a_text_has_no_characters_that_are_not_seen(value):
    refuses(SafeCharField(), value)


def test_a_text_keeps_its_lines_and_signs():
    assert SafeCharField().run_validation("一\n二\t三 😀（a）") == "一\n二\t三 😀（a）"


@pytest.mark.parametrize(
    "value", ["1234567890123456789012345", 2**63, -(2**63), "１", "1_0", "1.0", 1.0, True, None, "", "1 ", [], {}, "٣"]
)
def test_a_number_is_whole_and_fits_the_database(value):
    refuses(BoundedIntegerField(), value)


def test_a_number_is_read_from_a_number_or_digits():
    assert BoundedIntegerField().run_validation("-7") == -7
    assert BoundedIntegerField(min_value=1, max_value=9).run_validation(9) == 9
    refuses(BoundedIntegerField(min_value=1, max_value=9), 10)
    refuses(BoundedIntegerField(min_value=1), 0)
    refuses(BoundedIntegerField(min_value=0), -1)
    refuses(BoundedIntegerField(max_value=0), 1)


def test_models_get_the_safe_fields():
    class Lines(ModelSerializer):
        class Meta:
            model = Line
            fields = ("id", "name", "declared", "sequence", "application")

    fields = Lines().fields
    assert isinstance(fields["declared"], MoneyField)
    assert isinstance(fields["name"], SafeCharField)
    assert isinstance(fields["sequence"], BoundedIntegerField)
    assert isinstance(fields["application"], VisibleRelatedField)


@pytest.mark.django_db
def test_related_records_out_of_sight_do_not_exist():
    jiang, foreign = city(), RoundFactory()

    class Order(serializers.Serializer):
        round = VisibleRelatedField(queryset=Round.objects.all())
        department = VisibleRelatedField(queryset=Department.objects.all(), required=False)

    def order(**data):
        return Order(data=data, context={"request": SimpleNamespace(user=jiang.people.health)})

    assert order(round=jiang.round.pk, department=jiang.health.pk).is_valid()
    for hostile in (foreign.pk, 10**18, "9" * 30, "1\x00", True, None, [], "１", -1):
        assert not order(round=hostile).is_valid(), hostile


@pytest.mark.django_db
def test_constraints_are_tried_with_what_stands_in_the_record():
    class Rounds(ModelSerializer):
        class Meta:
            model = Round
            fields = ("batch", "opens_on", "closes_on")

    round = RoundFactory(opens_on="2027-03-01", closes_on="2027-04-01")
    twin = RoundFactory(jurisdiction=round.jurisdiction, batch=round.batch + 1)
    round.refresh_from_db()
    late = Rounds(round, data={"closes_on": "2027-02-01"}, partial=True)
    assert not late.is_valid()
    assert late.errors == {"__all__": ["The end lies before the beginning."]}
    again = Rounds(round, data={"batch": twin.batch}, partial=True)
    assert not again.is_valid()
    assert Rounds(round, data={"batch": round.batch, "closes_on": "2027-05-01"}, partial=True).is_valid()
    assert round.closes_on.month == 4


@pytest.mark.django_db
def test_several_ids_are_looked_up_together_and_all_must_be_in_sight(django_assert_num_queries):
    jiang, foreign = city(), RoundFactory()
    pks = [jiang.round.pk, RoundFactory(jurisdiction=jiang.jurisdiction).pk]

    class Order(serializers.Serializer):
        rounds = VisibleRelatedField(queryset=Round.objects.all(), many=True)

    def order(rounds):
        return Order(data={"rounds": rounds}, context={"request": SimpleNamespace(user=jiang.people.health)})

    assert jiang.people.health.acting
    with django_assert_num_queries(1):
        good = order([*pks, pks[0]])
        assert good.is_valid()
    assert [round.pk for round in good.validated_data["rounds"]] == pks
    for hostile in ([foreign.pk], [*pks, 10**18], ["1\x00"], [None], [[1]], list(range(1, 502)), "1", None, {}):
        assert not order(hostile).is_valid(), hostile
