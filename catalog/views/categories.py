"""The tree of function categories."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from catalog.forms import CategoryForm
from catalog.models import FunctionCategory
from catalog.queries.capabilities import category_tree
from catalog.services import categories as services
from common.forms import attempt
from common.http import demand, posted, telling

MANAGE = "catalog.manage_functioncategory"


class CategoryTree(TemplateView):
    """All categories with how much is filed under each."""

    template_name = "catalog/categories.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        demand(self.request.user, "catalog.view_functioncategory")
        return super().get_context_data(tree=category_tree(), manages=self.request.user.has_perm(MANAGE), **kwargs)


def add(request: HttpRequest) -> HttpResponse:
    """Put a new category into the tree."""
    demand(request.user, MANAGE)
    form = CategoryForm(posted(request))
    if attempt(form, lambda: services.add(form.cleaned_data, by=request.user)):
        return redirect("catalog:categories")
    return page(request, form)


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename or move a category."""
    category = found(request, pk)
    form = CategoryForm(posted(request), instance=category)
    if attempt(form, lambda: services.change(category, form.cleaned_data, by=request.user)):
        return redirect("catalog:categories")
    return page(request, form)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a category out of the tree."""
    category = found(request, pk)
    with telling(request, _("“%(name)s” is removed.") % {"name": category}):
        services.remove(category, by=request.user)
    return redirect("catalog:categories")


def found(request: HttpRequest, pk: int) -> FunctionCategory:
    category = get_object_or_404(FunctionCategory.objects.visible_to(request.user), pk=pk)
    demand(request.user, MANAGE, category)
    return category


def page(request: HttpRequest, form: CategoryForm) -> HttpResponse:
    return render(request, "catalog/category_form.html", {"form": form}, status=422 if form.is_bound else 200)
