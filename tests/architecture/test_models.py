"""Who did it and when belong together; money is money in every model."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db.models import BigIntegerField, DecimalField, FloatField, Model

from common.money import MoneyField

APPS = ("common", "governance", "catalog", "projects", "reviews", "budgets")
MODELS = [model for label in APPS for model in apps.get_app_config(label).get_models()]
MOMENTS = ("_at", "_on")
# A pair that may be filled apart, and why.
APART = {
    "Screening.asked": "a clock asks too, and is nobody",
    "MatchWeights.learnt": "a clock learns too, and is nobody",
    "BudgetEntry.": "the lock that a renewal causes moves money by the rules, without a person of its own",
    "Act.settled": "the moment of settling is in the audit trail; the act keeps who must not settle it again",
    "System.replaced": "what replaces a system is no person",
    "System.used": "who uses a system is no person",
}


def deeds() -> Iterator[tuple[str, type[Model], str, str]]:
    """Every field that names who did something, with the fields of its moment."""
    for model in MODELS:
        names = {field.name for field in model._meta.get_fields() if getattr(field, "concrete", False)}
        for by in sorted(name for name in names if name == "by" or name.endswith("_by")):
            stem = by.removesuffix("by").removesuffix("_")
            moments = [f"{stem}{end}" for end in MOMENTS] if stem else ["at", "on"]
            yield f"{model.__name__}.{stem}", model, by, next((name for name in moments if name in names), "")


def test_who_and_when_are_filled_together() -> None:
    loose = set()
    for name, model, by, moment in deeds():
        constrained = f"{moment}_together" in {c.name.split("_", 2)[2] for c in model._meta.constraints}
        always = moment and not model._meta.get_field(by).null and not model._meta.get_field(moment).null
        if not constrained and not always:
            loose.add(name)
    assert loose == set(APART), "pairs without set_together, or reasons that are not needed any more"


def test_amounts_are_kept_as_fen_and_nothing_is_kept_as_a_float() -> None:
    money, floats = set(), set()
    for model in MODELS:
        for field in model._meta.concrete_fields:
            name = f"{model.__name__}.{field.name}"
            if isinstance(field, MoneyField):
                money.add(name)
                assert field.get_internal_type() == BigIntegerField().get_internal_type(), name
            elif isinstance(field, FloatField):
                floats.add(name)
            elif isinstance(field, DecimalField):
                assert not {"amount", "cost", "price", "ceiling"} & set(field.name.split("_")), name
    assert floats == {"Finding.score"}, "a likeness is no amount"
    assert {"Line.declared", "Disposition.own", "Disposition.moved", "Disposition.saved", "BudgetEntry.amount"} <= money


def test_governed_records_carry_a_version_that_forms_never_write() -> None:
    for model in MODELS:
        names = {field.name for field in model._meta.concrete_fields}
        if "version" in names and model._meta.get_field("version").get_internal_type() == "PositiveIntegerField":
            assert not model._meta.get_field("version").editable, model.__name__
