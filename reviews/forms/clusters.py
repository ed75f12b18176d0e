"""Clusters by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.models import Line
from reviews.models import Cluster


class NameForm(forms.Form):
    """What the modules of a cluster do."""

    name = forms.CharField(max_length=300, label=_("Name"))


class MembersForm(forms.Form):
    """Which modules; those that are offered may be less than those that are taken."""

    name = forms.CharField(max_length=300, required=False, label=_("Name"))
    lines = forms.ModelMultipleChoiceField(Line.objects.none(), label=_("Modules"))

    def __init__(self, *args: Any, lines: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lines"].queryset = lines


class JoinForm(forms.Form):
    """Another cluster of the round."""

    other = forms.ModelChoiceField(Cluster.objects.none(), label=_("Cluster"))

    def __init__(self, *args: Any, cluster: Cluster, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Cluster.objects.filter(round=cluster.round_id).exclude(pk=cluster.pk)
        self.fields["other"].queryset = others.order_by("name", "pk")
