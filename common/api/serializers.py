"""Serializers that refuse what they do not know, and see what their reader may see."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import get_error_detail
from rest_framework.relations import MANY_RELATION_KWARGS

from common.api import fields
from common.money import MoneyField

MOST_IDS = 500


class Strict:
    """A field that is not known or not writable is an error, not a wish that is passed over."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            known = self.fields  # type: ignore[attr-defined]
            errors = {
                name: [_("This is not changed here.") if name in known else _("There is no such field.")]
                for name in data
                if name not in known or known[name].read_only
            }
            if errors:
                raise serializers.ValidationError(errors, code="unknown")
        return super().to_internal_value(data)  # type: ignore[misc]


class Serializer(Strict, serializers.Serializer):
    """What a verb takes."""


class VisibleRelatedList(serializers.ManyRelatedField):
    """The ids of several records in sight, looked up together."""

    default_error_messages = {"too_many": gettext_lazy("Send at most %(most)s ids at once.")}

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            self.fail("not_a_list", input_type=type(data).__name__)
        if len(data) > MOST_IDS:
            raise serializers.ValidationError(self.error_messages["too_many"] % {"most": MOST_IDS}, code="too_many")
        if not data and not self.allow_empty:
            self.fail("empty")
        pks = [self.child_relation.pk_field.run_validation(pk) for pk in data]
        rows = self.child_relation.get_queryset().in_bulk(pks)
        for pk in pks:
            if pk not in rows:
                self.child_relation.fail("does_not_exist", pk_value=pk)
        return [rows[pk] for pk in dict.fromkeys(pks)]


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": fields.LARGEST})
class VisibleRelatedField(serializers.PrimaryKeyRelatedField):
    """The id of another record, out of those that the person may see."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(pk_field=fields.BoundedIntegerField(), **kwargs)

    @classmethod
    def many_init(cls, *args: Any, **kwargs: Any) -> VisibleRelatedList:
        options = {name: value for name, value in kwargs.items() if name in MANY_RELATION_KWARGS}
        return VisibleRelatedList(child_relation=cls(*args, **kwargs), **options)

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        request = self.context.get("request")
        return rows.visible_to(request.user) if request and hasattr(rows, "visible_to") else rows


class ModelSerializer(Strict, serializers.ModelSerializer):
    """A noun: money as text, bounded numbers, safe texts, related records in sight only.

    The model's own constraints are tried before the service is called, so that their words
    come back beside the field.
    """

    serializer_related_field = VisibleRelatedField
    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.CharField: fields.SafeCharField,
        models.TextField: fields.SafeCharField,
        models.AutoField: fields.BoundedIntegerField,
        models.BigAutoField: fields.BoundedIntegerField,
        models.IntegerField: fields.BoundedIntegerField,
        models.SmallIntegerField: fields.BoundedIntegerField,
        models.BigIntegerField: fields.BoundedIntegerField,
        models.PositiveIntegerField: fields.BoundedIntegerField,
        models.PositiveSmallIntegerField: fields.BoundedIntegerField,
        MoneyField: fields.MoneyField,
    }

    def include_extra_kwargs(self, kwargs: dict[str, Any], extra_kwargs: dict[str, Any]) -> dict[str, Any]:
        """A choice that may be empty is described as such where it is only read, too."""
        is_blank = "choices" in kwargs and kwargs.get("allow_blank")
        kwargs = super().include_extra_kwargs(kwargs, extra_kwargs)
        return {**kwargs, "allow_blank": True} if is_blank else kwargs

    def get_unique_together_validators(self) -> list[Any]:
        """None: `validate` tries every constraint, in its own words."""
        return []

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        model = self.Meta.model
        plain = {field.name for field in model._meta.concrete_fields}
        record = copy.copy(self.instance) if self.instance else model()
        for name in plain & set(attrs):
            setattr(record, name, attrs[name])
        # What the program does not write, the service fills in: nothing can be said about it yet.
        written = {field.source for field in self._writable_fields}
        try:
            record.validate_constraints(exclude=set() if self.instance else plain - written)
        except DjangoValidationError as error:
            raise serializers.ValidationError(get_error_detail(error)) from error
        return attrs
