"""Accounts, roles, and what people say about themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.forms import DayField
from governance.models import Department, User
from governance.states import NotificationKind, Role


class PersonForm(forms.ModelForm):
    """A new account."""

    class Meta:
        model = User
        fields = ("username", "display_name", "phone")
        labels = {"username": _("account")}
        help_texts = {"username": _("Letters, digits and @ . + - _ only; it stays as it is.")}


class RoleForm(forms.Form):
    """A role in a department of the jurisdiction, until a day or until further notice."""

    department = forms.ModelChoiceField(Department.objects.none(), label=_("department"), empty_label=_("choose one"))
    role = forms.ChoiceField(label=_("role"), choices=Role.choices)
    until = DayField(label=_("last day"), required=False, help_text=_("Empty: until further notice."))

    def __init__(self, *args: Any, jurisdiction: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here_or_below = Q(jurisdiction=jurisdiction) | Q(jurisdiction__parent=jurisdiction)
        self.fields["department"].queryset = Department.objects.filter(here_or_below).active()


class EndForm(forms.Form):
    """The last day of a role; without one it ends at once."""

    last_day = DayField(label=_("last day"), required=False, help_text=_("Empty: at once."))


class TokenForm(forms.Form):
    """How long a token is to live."""

    hours = forms.IntegerField(
        label=_("valid for hours"),
        min_value=1,
        max_value=settings.API_TOKEN_LONGEST_HOURS,
        initial=settings.API_TOKEN_HOURS,
    )


class ProfileForm(forms.Form):
    """What colleagues see, how pages speak and count, and what the person is told."""

    WORDS = {
        NotificationKind.APPLICATION: _("Applications: returned, accepted, ended"),
        NotificationKind.OPINION: _("Acts that ask for the department's opinion"),
        NotificationKind.ACT: _("Acts that I made or am to confirm, and objections to them"),
        NotificationKind.CAPABILITY: _("Capability requests: asked for, granted, refused"),
        NotificationKind.LIST: _("Annual list locked, budget replied"),
        NotificationKind.ROUND: _("Rounds opened and closed, roles granted, weights learnt"),
    }

    display_name = forms.CharField(label=pgettext_lazy("person", "name"), max_length=100)
    phone = forms.CharField(label=_("telephone"), max_length=40, required=False)
    language = forms.ChoiceField(
        label=_("language"),
        choices=[("", _("as the browser says")), *settings.LANGUAGES],
        required=False,
    )
    money_unit = forms.ChoiceField(
        label=_("unit of amounts"),
        choices=[("", _("as usual: 10,000 yuan")), ("wan", _("10,000 yuan")), ("yuan", _("yuan"))],
        required=False,
    )
    wanted = forms.MultipleChoiceField(
        label=_("Tell me about"),
        choices=list(WORDS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("What runs out within three working days is always told."),
    )

    @property
    def changes(self) -> dict[str, Any]:
        """What the service takes: the kinds that are not wanted instead of those that are."""
        values = dict(self.cleaned_data)
        wanted = set(values.pop("wanted"))
        return values | {"muted": sorted(kind.value for kind in self.WORDS if kind.value not in wanted)}
