"""What can be found of capabilities, systems with their functions, and data resources."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db.models import OuterRef, Subquery, TextField, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.models import Capability, DataResource, System, SystemFunction
from common.search import Found, Hit, Kind, Words, first_of, hit
from governance.models import User

CAPABILITY = (
    "name", "code", "keywords", "services_offered", "built_centrally", "department_builds", "not_separately",
)  # fmt: skip
FUNCTION = ("name", "description")
SYSTEM = ("name", "code", "former_name", "short_name", "description", "functions__name", "functions__description")
DATA = ("name", "code", "summary", "items__name")


def capabilities(user: User, words: Words, limit: int) -> Found:
    """The catalog by name, code, key words and what each entry says."""
    rows = Capability.objects.visible_to(user).published().filter(words.match(*CAPABILITY))
    count, page = first_of(rows.select_related("provider"), words, limit, number="code")
    return Found(count, [capability_hit(row, words) for row in page], _all("catalog:capabilities", words))


def capability_hit(row: Capability, words: Words) -> Hit:
    """A capability with what it offers."""
    return hit(
        words,
        title=row.name,
        number=row.code,
        texts=(row.services_offered, row.built_centrally, row.keywords, row.department_builds, row.not_separately),
        whose=str(row.provider),
        state=row.get_status_display(),
        url=reverse("catalog:capability", args=[row.pk]),
    )


def systems(user: User, words: Words, limit: int) -> Found:
    """Systems by name, code and function; of a classified one only that there is it."""
    found = System.objects.filter(words.match(*SYSTEM)).values("pk")
    function = SystemFunction.objects.filter(words.match(*FUNCTION), system=OuterRef("pk"))
    said = Concat("name", Value(": "), "description", output_field=TextField())
    rows = System.objects.visible_to(user).filter(pk__in=found).select_related("owner")
    rows = rows.annotate(function=Subquery(function.annotate(said=said).values("said")[:1]))
    count, page = first_of(rows, words, limit, number="code")
    hits = [
        hit(
            words,
            title=row.name,
            number=row.code,
            texts=(row.function or "", row.description, row.former_name, row.short_name),
            whose=str(row.owner),
            state=row.get_status_display(),
            url=reverse("catalog:system", args=[row.pk]),
        )
        for row in page
    ]
    return Found(count, hits, _all("catalog:system-directory", words))


def function_hit(row: SystemFunction, words: Words) -> Hit:
    """A function of a system, with the system that has it."""
    return hit(
        words,
        title=row.name,
        texts=(row.description,),
        whose=f"{row.system.owner} · {row.system.name}",
        url=reverse("catalog:system", args=[row.system_id]),
    )


def resources(user: User, words: Words, limit: int) -> Found:
    """Data resources by name, code, summary and item."""
    found = DataResource.objects.filter(words.match(*DATA)).values("pk")
    rows = DataResource.objects.visible_to(user).filter(pk__in=found).select_related("provider")
    count, page = first_of(rows, words, limit, number="code")
    hits = [
        hit(
            words,
            title=row.name,
            number=row.code,
            texts=(row.summary,),
            whose=str(row.provider),
            state=row.get_sharing_display(),
            url=reverse("catalog:data-resource", args=[row.pk]),
        )
        for row in page
    ]
    return Found(count, hits, _all("catalog:data", words))


def _all(view: str, words: Words) -> str:
    return f"{reverse(view)}?{urlencode({'q': words.phrase})}"


KINDS = (
    Kind("capability", _("Shared capabilities"), "puzzle", capabilities),
    Kind("system", _("Systems and functions"), "server-2", systems),
    Kind("data", _("Data resources"), "database", resources),
)
