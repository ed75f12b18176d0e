"""Which applications: the same questions on the page and in the interface for programs."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.filters import ANY, ByWords, choice, yes_no
from governance.models import Department, Round
from projects.models import Application, Line
from projects.states import ApplicationClass, ApplicationKind, ApplicationStatus, LineKind


def rounds(request: Any) -> QuerySet[Round]:
    return Round.objects.visible_to(request.user)


def departments(request: Any) -> QuerySet[Department]:
    return Department.objects.visible_to(request.user).order_by("jurisdiction__code", "code")


class ApplicationFilter(filters.FilterSet):
    """By words, round, department, stage, type, class and urgency."""

    q = ByWords("number", "name", "department__name", words=_("Name, number, department"))
    round = filters.ModelChoiceFilter(queryset=rounds, label=_("Round"), empty_label=ANY)
    department = filters.ModelChoiceFilter(queryset=departments, label=_("Department"), empty_label=ANY)
    status = choice(ApplicationStatus.choices, _("Stage"))
    kind = choice(ApplicationKind.choices, _("Type"))
    category = choice(ApplicationClass.choices, _("Class"))
    is_urgent = yes_no(_("Urgent"))

    class Meta:
        model = Application
        fields = ("q", "round", "department", "status", "kind", "category", "is_urgent")


class LineFilter(filters.FilterSet):
    """By application, account and words."""

    q = ByWords("name", "description", words=_("Name, description"))
    application = filters.NumberFilter(field_name="application", label=_("Application"))
    kind = choice(LineKind.choices, _("Account"))
    is_unknown = yes_no(_("Amount unknown"), field_name="declared", lookup_expr="isnull")

    class Meta:
        model = Line
        fields = ("q", "application", "kind", "is_unknown")
