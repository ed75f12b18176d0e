"""Forms of entries that call a service."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.generic.base import TemplateResponseMixin
from django.views.generic.edit import ModelFormMixin, ProcessFormView

from common.forms import attempt
from common.http import demand


class EntryFormView(ABC, TemplateResponseMixin, ModelFormMixin, ProcessFormView):
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

    @abstractmethod
    def call(self, form: Any) -> Any:
        """One service call; returns the record."""

    @abstractmethod
    def address_of(self, record: Any) -> str:
        """Where to go on."""

    def form_valid(self, form: Any) -> HttpResponse:
        record = attempt(form, lambda: self.call(form))
        if record is None:
            return self.form_invalid(form)
        messages.success(self.request, str(self.done))
        return redirect(self.address_of(record))

    def form_invalid(self, form: forms.BaseForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)
