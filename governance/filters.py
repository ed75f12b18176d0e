"""Narrowing the lists of governance."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from common.forms import DayInput
from common.models import AuditEvent
from governance.models import Department, Membership, User
from governance.queries.audit import action_choices, type_choices
from governance.states import Role


class AuditFilter(django_filters.FilterSet):
    """By record, person, action, kind of record and time."""

    q = django_filters.CharFilter(label=_("record"), method="of_record", help_text=_("Name of the record"))
    person = django_filters.CharFilter(label=_("person"), method="by_person")
    action = django_filters.ChoiceFilter(label=_("action"), empty_label=_("all"))
    target_type = django_filters.ChoiceFilter(label=_("kind"), empty_label=_("all"))
    since = django_filters.DateFilter(label=_("from day"), field_name="at", lookup_expr="date__gte", widget=DayInput)
    until = django_filters.DateFilter(label=_("to day"), field_name="at", lookup_expr="date__lte", widget=DayInput)

    class Meta:
        model = AuditEvent
        fields = ("action", "target_type")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["action"].extra["choices"] = action_choices()  # in the order of the reader's language
        self.filters["target_type"].extra["choices"] = type_choices()

    def of_record(self, rows: QuerySet[AuditEvent], name: str, value: str) -> QuerySet[AuditEvent]:
        return rows.filter(target_name__icontains=value)

    def by_person(self, rows: QuerySet[AuditEvent], name: str, value: str) -> QuerySet[AuditEvent]:
        return rows.filter(Q(actor_code=value) | Q(actor_name__icontains=value))


class PeopleFilter(django_filters.FilterSet):
    """By name, department, role and whether the account is on."""

    q = django_filters.CharFilter(label=_("person"), method="named", help_text=_("Name or account"))
    department = django_filters.ModelChoiceFilter(
        label=_("department"),
        queryset=lambda request: _departments(request),
        method="in_department",
        empty_label=_("all"),
    )
    role = django_filters.ChoiceFilter(label=_("role"), choices=Role.choices, method="with_role", empty_label=_("all"))
    is_active = django_filters.ChoiceFilter(
        label=_("account"),
        choices=[("true", _("switched on")), ("false", _("switched off"))],
        method="switched",
        empty_label=_("all"),
    )

    class Meta:
        model = User
        fields: tuple[str, ...] = ()

    def named(self, rows: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return rows.filter(Q(username__icontains=value) | Q(display_name__icontains=value))

    def in_department(self, rows: QuerySet[User], name: str, value: Department) -> QuerySet[User]:
        return rows.filter(pk__in=value.memberships.values("user"))

    def with_role(self, rows: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return rows.filter(pk__in=Membership.objects.visible_to(self.request.user).filter(role=value).values("user"))

    def switched(self, rows: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return rows.filter(is_active=value == "true")


def _departments(request: Any) -> Any:
    acting = request.user.acting
    place = acting.department.jurisdiction_id if acting else None
    return Department.objects.filter(jurisdiction=place)
