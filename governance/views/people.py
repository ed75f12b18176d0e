"""People and their roles: accounts by the system administrator, roles by the security administrator."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from common.forms import attempt
from common.http import demand, posted, telling
from governance.filters import PeopleFilter
from governance.forms.people import EndForm, PersonForm, RoleForm
from governance.models import Membership, User
from governance.queries import people as queries
from governance.services import people

PAGE = 50


def people_list(request: HttpRequest) -> HttpResponse:
    demand(request.user, "governance.view_people")
    found = PeopleFilter(request.GET, User.objects.visible_to(request.user).order_by("username"), request=request)
    page = Paginator(found.qs, PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": found,
        "page": page,
        "people": queries.people(page.object_list, request.user),
        "may_add": request.user.has_perm("governance.add_user"),
    }
    return render(request, "governance/people.html", context)


def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _person_page(request, _found(request, pk))


@never_cache
@sensitive_variables("password")
def person_new(request: HttpRequest) -> HttpResponse:
    """Open an account; its first password is shown on the answer, once."""
    demand(request.user, "governance.add_user")
    form = PersonForm(posted(request))
    password = attempt(form, lambda: people.add_person(form.save(commit=False), by=request.user))
    if password:
        return _password_page(request, form.instance, password)
    return render(request, "governance/person_form.html", {"form": form}, status=422 if form.is_bound else 200)


@never_cache
@sensitive_variables("password")
@require_POST
def password_reset(request: HttpRequest, pk: int) -> HttpResponse:
    person = _found(request, pk)
    demand(request.user, "governance.manage_user", person)
    password = ""
    with telling(request, _("The account has a new password.")):
        password = people.reset_password(person, by=request.user)
    return _password_page(request, person, password) if password else redirect("governance:person", pk)


@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch an account on or off, as the button says."""
    person = _found(request, pk)
    demand(request.user, "governance.manage_user", person)
    on = request.POST.get("on") == "1"
    with telling(request, _("The account is on.") if on else _("The account is off; its sessions end.")):
        people.set_active(person, is_active=on, by=request.user)
    return redirect("governance:person", pk)


@require_POST
def role_grant(request: HttpRequest, pk: int) -> HttpResponse:
    person = _found(request, pk)
    demand(request.user, "governance.grant_role", person)
    form = RoleForm(request.POST, jurisdiction=_place(request))
    row = attempt(form, lambda: people.grant(person, **form.cleaned_data, by=request.user))
    if row is None:
        return _person_page(request, person, form)
    messages.success(request, _("%(person)s is now %(role)s.") % {"person": person, "role": row.get_role_display()})
    return redirect("governance:person", pk)


@require_POST
def role_end(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(Membership.objects.visible_to(request.user), pk=pk)
    demand(request.user, "governance.manage_membership", row)
    form = EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This is not a day: choose one in the calendar, or leave it empty."))
        return redirect("governance:person", row.user_id)
    with telling(request, _("The role is ended.")):
        people.end(row, last_day=form.cleaned_data["last_day"], by=request.user)
    return redirect("governance:person", row.user_id)


def _place(request: HttpRequest) -> int:
    """Where the person acts; everybody who passed the permission does somewhere."""
    return int(request.user.acting.department.jurisdiction_id)


def _found(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(User.objects.visible_to(request.user), pk=pk)


def _person_page(request: HttpRequest, person: User, form: Any = None) -> HttpResponse:
    user, place = request.user, _place(request)
    context = {
        "person": queries.people([person], user)[0],
        "form": form or RoleForm(jurisdiction=place),
        "end_form": EndForm(auto_id=False),
        "is_self": person == user,
        "may_grant": user.has_perm("governance.grant_role", person),
        "may_manage": user.has_perm("governance.manage_user", person),
    }
    return render(request, "governance/person.html", context, status=422 if form is not None else 200)


def _password_page(request: HttpRequest, person: User, password: str) -> HttpResponse:
    return render(request, "governance/password.html", {"person": person, "password": password})
