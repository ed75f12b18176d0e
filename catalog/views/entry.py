"""What the pages of all entries share: lists with filters, and forms that call a service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import ListView
from django.views.generic.base import TemplateResponseMixin
from django.views.generic.edit import ModelFormMixin, ProcessFormView

from common.errors import DomainError
from common.http import demand


class FilteredList(ListView):
    """A list that its FilterSet narrows and `?ordering=` sorts."""

    filterset_class: ClassVar[Any] = None
    hidden_filters: ClassVar[tuple[str, ...]] = ()  # those that the page offers elsewhere than in the bar
    orderings: ClassVar[Mapping[str, str]] = {}
    ordering: ClassVar[str] = "code"
    paginate_by = 25

    def scope(self) -> Any:
        """The rows before any filter."""
        return self.model.objects.visible_to(self.request.user)

    def get_queryset(self) -> Any:
        self.filter = self.filterset_class(self.request.GET, self.scope(), request=self.request)
        for name in self.hidden_filters:
            self.filter.form.fields[name].widget = forms.HiddenInput()
        wish = self.request.GET.get("ordering", "")
        column = self.orderings.get(wish.removeprefix("-"), "")
        order = f"-{column}" if column and wish.startswith("-") else column or self.ordering
        return self.filter.qs.order_by(order, "pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(filter=self.filter, **kwargs)


class EntryFormView(TemplateResponseMixin, ModelFormMixin, ProcessFormView):
    """A form whose valid values go to a service; what the service refuses is said above the form.

    With `pk` in the address the entry is found in sight (404) and `permission` demanded on it (403),
    else `permission` is demanded alone.
    """

    permission: ClassVar[str] = ""
    done: ClassVar[Any] = ""
    object: Any = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "pk" in kwargs:
            self.object = get_object_or_404(self.model.objects.visible_to(request.user), pk=kwargs["pk"])
        demand(request.user, self.permission, self.object)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def call(self, form: Any) -> Any:
        """One service call; returns the record."""
        raise NotImplementedError

    def address_of(self, record: Any) -> str:
        """Where to go on."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            record = self.call(form)
        except DomainError as error:
            form.add_error(None, ValidationError(str(error)))
            return self.form_invalid(form)
        messages.success(self.request, str(self.done))
        return redirect(self.address_of(record))

    def form_invalid(self, form: forms.BaseForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)
