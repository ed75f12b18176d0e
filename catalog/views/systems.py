"""The inventory: lists and the pages of one system."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.generic import DetailView

from catalog.filters import InventoryFilter, SystemFilter
from catalog.forms import MoveForm, SystemForm
from catalog.models import System
from catalog.queries import inventory
from catalog.queries.history import history
from catalog.services import systems as services
from catalog.states import OWNERS, SYSTEM_MOVES, SystemStatus
from catalog.views.entry import EntryFormView
from catalog.views.lists import Export, FilteredList
from common.errors import DomainError
from common.http import demand, telling


class Inventory(FilteredList):
    """The systems whose inside a person sees: one's own department's, the authority's all."""

    model = System
    template_name = "catalog/systems.html"
    filterset_class = InventoryFilter
    hidden_filters = ("attested", "completeness", "use", "category", "tag")
    orderings: ClassVar = {
        "name": "name",
        "owner": "owner__code",
        "completeness": "filled_percent",
        "users": "monthly_active_users",
        "used": "last_used_on",
        "cost": "yearly_operating_cost",
    }

    def scope(self) -> Any:
        rows = System.objects.details_visible_to(self.request.user).with_completeness()
        return rows.select_related("owner", "absorbed_into", "replaced_by")

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        if self.request.user.acting.role in OWNERS:  # all rows have the same one
            del self.filter.form.fields["owner"]
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, today = self.request.user, timezone.localdate()
        mine = System.objects.details_visible_to(user)
        context = super().get_context_data(**kwargs)
        rows = [inventory.row_of(system, today) for system in context["page_obj"]]
        figures = inventory.figures(mine, today)
        return {
            **context,
            "rows": rows,
            "page_cost": sum(row.system.yearly_operating_cost or 0 for row in rows),
            "total_cost": inventory.yearly_cost(self.object_list),
            "figures": figures,
            "views": self.views(figures),
            "year": str(today.year),
            "is_owner": user.acting.role in OWNERS,
            "may_register": user.has_perm("catalog.add_system"),
            "first_due": next_due(user, "") if keeps_some(user) else None,
        }

    def views(self, figures: inventory.InventoryFigures) -> list[tuple[Any, str, int, bool]]:
        """The list's tabs: words, query, how many, whether this one is shown."""
        tabs = [
            (_("To attest"), "attested", "no", figures.to_attest),
            (_("Completeness below 80 %"), "completeness", "low", figures.low),
            (_("Possibly idle"), "use", "idle", figures.idle),
            (_("Fate undecided"), "planned_fate", "open", figures.fate_open),
        ]
        found = [(label, f"?{n}={value}", count, self.request.GET.get(n) == value) for label, n, value, count in tabs]
        is_all = not any(current for *_rest, current in found)
        return [(_("All"), "?", figures.systems, is_all), *found]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not sees_some_inside(request.user):
            return redirect("catalog:system-directory")
        return super().dispatch(request, *args, **kwargs)


class InventoryExport(Export, Inventory):
    file_name = "systems"
    columns = (
        "code", "name", "former_name", "short_name", "owner", "used_by", "office", "contact", "tag", "description",
        "functions", "domain", "status", "first_built_on", "accepted_on", "parent", "depends_on", "planned_fate",
        "absorbed_into", "replaced_by", "fate_on", "attested_on", "attested_by", "build_cost",
        "yearly_operating_cost", "funding_source", "vendor", "operator", "warranty_until", "user_level",
        "user_group", "registered_users", "monthly_active_users", "last_used_on", "service_items", "network",
        "cloud_node", "vcpu", "memory_gib", "storage_gib", "mean_cpu_percent", "technology", "is_domestic",
        "mlps_level", "mlps_filing", "mlps_tested_on", "mlps_result", "cryptography_assessed_on",
        "has_personal_data", "is_classified",
    )  # fmt: skip

    def scope(self) -> Any:
        rows = super().scope().select_related("parent", "funding_source", "attested_by")
        return rows.prefetch_related("used_by", "functions", "depends_on")


class Directory(FilteredList):
    """All systems, by name, owner and functions only."""

    model = System
    template_name = "catalog/system_directory.html"
    filterset_class = SystemFilter
    orderings: ClassVar = {"name": "name", "owner": "owner__code"}

    def scope(self) -> Any:
        return super().scope().select_related("owner").prefetch_related("functions")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(sees_inventory=sees_some_inside(self.request.user), **kwargs)


def sees_some_inside(user: Any) -> bool:
    """Whether the person's role has an inventory of its own to look at."""
    acting = user.acting
    return acting is not None and user.has_perm("catalog.view_system_inside", System(owner=acting.department))


def keeps_some(user: Any) -> bool:
    return user.has_perm("catalog.change_system", System(owner=user.acting.department))


def next_due(user: Any, after: str) -> System | None:
    """The next system that the person should attest, by code."""
    due = System.objects.details_visible_to(user).to_attest(timezone.localdate().year)
    return due.filter(code__gt=after).order_by("code").first()


MOVES = {
    SystemStatus.BUILDING: _("Start building"),
    SystemStatus.TRIAL: _("Start the trial run"),
    SystemStatus.IN_USE: _("Put into use"),
    SystemStatus.MAINTAINED: _("Put into maintenance"),
    SystemStatus.STOPPED: _("Stop"),
    SystemStatus.ARCHIVED: _("Archive"),
}


def moves_of(system: System) -> list[tuple[str, Any]]:
    """The states that may follow, each with the words of its verb."""
    return [(to.value, label) for to, label in MOVES.items() if SYSTEM_MOVES.allows(system.status, to)]


class SystemPage(DetailView):
    """One system: what everybody may see of it, and more for those who see its inside."""

    template_name = "catalog/system.html"
    context_object_name = "system"
    needs_inside = False

    def get_queryset(self) -> Any:
        rows = System.objects.visible_to(self.request.user)
        return rows.select_related(
            "owner__jurisdiction", "parent", "absorbed_into", "replaced_by", "funding_source", "attested_by"
        )

    def get_object(self, queryset: Any = None) -> System:
        system = super().get_object(queryset)
        if self.needs_inside:
            demand(self.request.user, "catalog.view_system_inside", system)
        return system

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, system, today = self.request.user, self.object, timezone.localdate()
        keeps = user.has_perm("catalog.change_system", system)
        is_open = system.status != SystemStatus.ARCHIVED
        inside = user.has_perm("catalog.view_system_inside", system)
        return super().get_context_data(
            inside=inside,
            may_edit=keeps and is_open,
            may_attest=keeps and is_open and not system.is_attested_in(today.year),
            moves=moves_of(system) if keeps else [],
            row=inventory.row_of(system, today) if inside else None,
            functions=list(system.functions.select_related("category")),
            year=str(today.year),
            walk=self.request.GET.get("walk", ""),
            **kwargs,
        )


class SystemOverview(SystemPage):
    """What it does, where it stands, what it shares."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if context["inside"]:
            context["missing"] = inventory.missing(self.object)
            context["used_by"] = list(self.object.used_by.all())
            context["depends_on"] = list(self.object.depends_on.select_related("owner"))
            context["used_by_systems"] = list(self.object.used_by_systems.select_related("owner"))
        return {**context, "resources": list(self.object.data_resources.all())}


class SystemFunctions(SystemPage):
    template_name = "catalog/system_functions.html"


class SystemInside(SystemPage):
    """Money, use, deployment, security: nothing for other departments."""

    template_name = "catalog/system_inside.html"
    needs_inside = True


class SystemVersions(SystemPage):
    """What changed from version to version."""

    template_name = "catalog/system_versions.html"
    needs_inside = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        versions = history(self.object)
        wish = self.request.GET.get("version", "")
        chosen = next((v for v in versions if str(v.number) == wish), versions[0] if versions else None)
        whole = self.request.GET.get("fields") == "all"
        shown = (chosen.fields if whole else chosen.changes) if chosen else ()
        return super().get_context_data(versions=versions, chosen=chosen, whole=whole, shown=shown, **kwargs)


class SystemCreate(EntryFormView):
    """Register a system."""

    model = System
    form_class = SystemForm
    template_name = "catalog/system_form.html"
    permission = "catalog.add_system"
    done = _("The system is in the inventory. Enter its functions next.")

    def call(self, form: SystemForm) -> System:
        values = form.values
        owner = values.pop("owner")
        demand(self.request.user, "catalog.register_system", owner)
        return services.register(owner, values, by=self.request.user)

    def address_of(self, record: System) -> str:
        return reverse("catalog:system-functions", args=[record.pk])


class SystemEdit(SystemCreate):
    """Change an entry, for a reason."""

    permission = "catalog.change_system"
    done = _("The entry is changed; what stood there before is in its history.")

    def call(self, form: SystemForm) -> System:
        cleaned = form.cleaned_data
        return services.update(
            self.object, form.values, by=self.request.user, reason=cleaned["reason"], version=cleaned["version"]
        )

    def address_of(self, record: System) -> str:
        return reverse("catalog:system", args=[record.pk])


@require_POST
def attest(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm an entry for this year; on a walk, go on to the next."""
    system = kept_system(request, pk)
    form = MoveForm({**request.POST.dict(), "to": "attested"})
    with telling(request, _("“%(name)s” is attested for this year.") % {"name": system}):
        if not form.is_valid():
            raise DomainError(_("Reload the page and try again."))
        services.attest(system, by=request.user, version=form.cleaned_data["version"])
        if request.POST.get("walk"):
            following = next_due(request.user, system.code) or next_due(request.user, "")
            if following is None:
                return redirect("catalog:systems")
            return redirect(f"{reverse('catalog:system', args=[following.pk])}?walk=1")
    return redirect("catalog:system", pk=pk)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a system to its next state, for a reason."""
    system = kept_system(request, pk)
    form = MoveForm(request.POST)
    with telling(request, _("The status is changed.")):
        if not form.is_valid() or form.cleaned_data["to"] not in SystemStatus:
            raise DomainError(_("This status is not known: reload the page."))
        order = form.cleaned_data
        to = SystemStatus(order["to"])
        services.move(system, to, by=request.user, reason=order["reason"], version=order["version"])
    return redirect("catalog:system", pk=pk)


def kept_system(request: HttpRequest, pk: int) -> System:
    """The system, if the person sees it (404) and keeps it (403)."""
    rows = System.objects.visible_to(request.user).select_related("owner")
    system = get_object_or_404(rows, pk=pk)
    demand(request.user, "catalog.change_system", system)
    return system
