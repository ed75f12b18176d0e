"""The shared-capability catalog."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import DetailView

from catalog.filters import CapabilityFilter
from catalog.forms import CapabilityForm, MoveForm, NewCapabilityForm
from catalog.models import Capability, System
from catalog.queries import capabilities as queries
from catalog.queries.trail import trail
from catalog.services import capabilities as services
from catalog.states import CAPABILITY_MOVES, CapabilityStatus
from catalog.views.entry import EntryFormView
from catalog.views.lists import Export, FilteredList
from common.errors import DomainError
from common.http import demand, telling


class Verb(NamedTuple):
    """How a move is called, done and explained."""

    service: Any
    label: Any
    confirm: Any = ""
    reason: Any = ""


VERBS = {
    CapabilityStatus.BUILDING: Verb(services.start_building, _("Start building")),
    CapabilityStatus.TRIAL: Verb(services.open_trial, _("Open for trial")),
    CapabilityStatus.AVAILABLE: Verb(
        services.make_available, _("Make available"), _("Every department may use it from now on.")
    ),
    CapabilityStatus.RESTRICTED: Verb(services.restrict, _("Restrict"), reason=_("Why is it restricted?")),
}


class CapabilityList(FilteredList):
    """Browse by function category, resource or kind; search by words."""

    model = Capability
    template_name = "catalog/capabilities.html"
    filterset_class = CapabilityFilter
    hidden_filters = ("category", "resource", "kind", "level")
    paginate_by = 60
    indexes: ClassVar[dict[str, tuple[Any, Any]]] = {
        "category": (pgettext_lazy("index", "Function"), queries.by_category),
        "resource": (pgettext_lazy("index", "Resource"), queries.by_resource),
        "kind": (pgettext_lazy("index", "Kind"), queries.by_kind),
    }

    def scope(self) -> Any:
        """Retired ones only when they are asked for."""
        rows = super().scope().select_related("provider")
        return rows if self.request.GET.get("status") == CapabilityStatus.RETIRED else rows.published()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        wish = self.request.GET.get("by", "")
        by = wish if wish in self.indexes else next(iter(self.indexes))
        chosen = self.request.GET.get(by, "")
        published = Capability.objects.visible_to(self.request.user).published()
        return super().get_context_data(
            by=by,
            indexes=[(key, label) for key, (label, _index) in self.indexes.items()],
            index=(index := self.indexes[by][1](published)),
            chosen=chosen,
            may_add=self.request.user.has_perm("catalog.add_capability"),
            may_request=self.request.user.has_perm("reviews.list_capabilityrequests"),
            show=self.request.GET.get("show", ""),
            unfolded=[entry.key for entry in index if entry.holds(chosen)],
            figures=queries.figures(published),
            **kwargs,
        )


class CapabilityExport(Export, CapabilityList):
    file_name = "capabilities"
    columns = (
        "code", "name", "kind", "status", "provider", "level", "resource", "categories", "built_centrally",
        "services_offered", "department_builds", "not_separately", "access_mode", "interface_document",
        "service_level", "capacity", "capacity_unit", "price", "prerequisites", "keywords", "valid_from", "valid_to",
    )  # fmt: skip

    def scope(self) -> Any:
        return super().scope().prefetch_related("categories")


class CapabilityDetail(DetailView):
    """One entry: who builds what first."""

    template_name = "catalog/capability.html"
    context_object_name = "capability"

    def get_queryset(self) -> Any:
        rows = Capability.objects.visible_to(self.request.user)
        return rows.select_related("provider", "jurisdiction").prefetch_related("categories")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        manages = self.request.user.has_perm("catalog.manage_capability", self.object)
        replaced = System.objects.visible_to(self.request.user).filter(replaced_by=self.object)
        return super().get_context_data(
            manages=manages,
            may_edit=manages and self.object.status != CapabilityStatus.RETIRED,
            moves=moves_of(self.object) if manages else [],
            may_retire=manages and CAPABILITY_MOVES.allows(self.object.status, CapabilityStatus.RETIRED),
            may_ask=self.object.takes_requests
            and self.request.user.has_perm("reviews.add_capabilityrequest", self.object),
            trail=trail(self.object),
            replaced=replaced.details_visible_to(self.request.user).select_related("owner"),
            **kwargs,
        )


def moves_of(capability: Capability) -> list[tuple[str, Verb]]:
    """The verbs that the entry's status allows, in the table's order."""
    return [(to.value, verb) for to, verb in VERBS.items() if CAPABILITY_MOVES.allows(capability.status, to)]


class CapabilityCreate(EntryFormView):
    """Publish an entry."""

    model = Capability
    form_class = NewCapabilityForm
    template_name = "catalog/capability_form.html"
    permission = "catalog.add_capability"
    done = _("The capability is in the catalog.")

    def call(self, form: NewCapabilityForm) -> Capability:
        user = self.request.user
        return services.publish(user.acting.department.jurisdiction, form.values, by=user)

    def address_of(self, record: Capability) -> str:
        return reverse("catalog:capability", args=[record.pk])


class CapabilityEdit(CapabilityCreate):
    """Change an entry."""

    form_class = CapabilityForm
    permission = "catalog.manage_capability"
    done = _("The entry is changed.")

    def call(self, form: CapabilityForm) -> Capability:
        return services.update(self.object, form.values, by=self.request.user, version=form.cleaned_data["version"])


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an entry to its next status."""
    capability = get_object_or_404(Capability.objects.visible_to(request.user), pk=pk)
    demand(request.user, "catalog.manage_capability", capability)
    form = MoveForm(request.POST)
    with telling(request, _("The status is changed.")):
        if not form.is_valid() or form.cleaned_data["to"] not in VERBS:
            raise DomainError(_("This status is not known: reload the page."))
        order = {"by": request.user, "version": form.cleaned_data["version"]}
        verb = VERBS[CapabilityStatus(form.cleaned_data["to"])]
        if verb.reason:
            order["reason"] = form.cleaned_data["reason"]
        verb.service(capability, **order)
    return redirect("catalog:capability", pk=pk)
