"""What people decide for themselves: the role they act in, and their profile."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from common import tokens
from common.errors import DomainError
from common.forms import attempt
from common.http import posted, speak, telling, way_back
from governance.forms.people import ProfileForm, TokenForm
from governance.models import User
from governance.queries.sessions import sign_ins
from governance.services import profile


@require_POST
def act_as(request: HttpRequest) -> HttpResponse:
    """Act in another of one's own roles, and go on there."""
    chosen = request.POST.get("membership", "")
    try:
        user = profile.act_as(request.user, int(chosen) if chosen.isascii() and chosen.isdigit() else 0)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("You act as %(role)s now.") % {"role": user.acting})
    return redirect(way_back(request, "home"))


def profile_page(request: HttpRequest) -> HttpResponse:
    """Name, telephone and language; the roles; where one is signed in; password and tokens."""
    user = request.user
    names = ("display_name", "phone", "language", "money_unit")
    wanted = [kind.value for kind in ProfileForm.WORDS if kind.value not in user.muted]
    form = ProfileForm(posted(request), initial={name: getattr(user, name) for name in names} | {"wanted": wanted})
    if saved := attempt(form, lambda: profile.change_profile(user, **form.changes)):
        return _saved(request, saved)
    context = {"form": form, "sign_ins": sign_ins(user, request.session.session_key)}
    return render(request, "governance/profile.html", context, status=422 if form.is_bound else 200)


@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """End one's own sessions in other browsers."""
    number = profile.sign_out_elsewhere(request.user, request.session.session_key)
    done = ngettext("%(n)s other session has ended.", "%(n)s other sessions have ended.", number) % {"n": number}
    messages.success(request, done if number else _("You are signed in nowhere else."))
    return redirect("governance:profile")


@never_cache
@sensitive_variables("made", "context")
def token_list(request: HttpRequest) -> HttpResponse:
    """One's own tokens; a new one is shown on the answer, once."""
    form = TokenForm(posted(request))
    made = attempt(form, lambda: tokens.make_token(request.user, form.cleaned_data["hours"]))
    if made:
        form = TokenForm()
    context = {"form": form, "token": made[1] if made else "", "tokens": tokens.tokens_of(request.user)}
    return render(request, "governance/tokens.html", context, status=422 if form.is_bound else 200)


@require_POST
def token_end(request: HttpRequest, key: str) -> HttpResponse:
    with telling(request, _("The token has ended.")):
        tokens.end_token(request.user, key)
    return redirect("governance:tokens")


def _saved(request: HttpRequest, user: User) -> HttpResponse:
    """Say it in the language that was just chosen, and let the pages speak it and count in the unit."""
    with override(user.language or None):
        messages.success(request, _("Your profile is saved."))
    request.session["money_unit"] = user.money_unit
    response = redirect("governance:profile")
    speak(response, user.language)
    return response
