"""Pages that belong to no app: home, signing in, the language, and the API's manual."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.i18n import LANGUAGE_QUERY_PARAMETER, set_language
from drf_spectacular.views import SpectacularSwaggerSplitView

from common.http import speak
from config import home as queries
from config.home_figures import counted_in, own_figures, review_figures
from config.tasks import tasks_for
from config.tour.accounts import people
from governance.models import Jurisdiction, User
from governance.services import profile


def home(request: HttpRequest) -> HttpResponse:
    """My work: what waits for the person, the rounds, what others have, what changed."""
    user = cast(User, request.user)
    if user.acting is None:
        context = {"is_founded": Jurisdiction.objects.exists()}
        return render(request, "config/home_without_role.html", context)
    tasks = tasks_for(user)
    rounds = queries.rounds_for(user)
    round = rounds[0].pk if rounds else None
    counted = counted_in(user, round) if round else []
    context = {
        "today": timezone.localdate(),
        "tasks": tasks,
        "pressing": sum(task.is_pressing for task in tasks),
        "rounds": rounds,
        "may_apply": any(row.is_open for row in rounds) and user.has_perm("projects.add_application"),
        "figures": queries.figures_for(user, rounds, counted),
        "own": own_figures(user, round, counted) if round and user.has_role(*queries.DEPARTMENT) else None,
        "review": review_figures(user, round, counted) if round and user.has_role(*queries.JUDGES) else None,
        "elsewhere": queries.elsewhere_for(user),
        "news": queries.news_for(user),
    }
    return render(request, "config/home.html", context)


class SignIn(auth.LoginView):
    """Signing in; from then on pages speak the language that the person chose."""

    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        user = form.get_user()
        profile.note_sign_in(user)
        self.request.session["money_unit"] = user.money_unit
        if user.language:
            speak(response, user.language)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(is_founded=User.objects.exists(), demo_people=people(), **kwargs)


class PasswordChange(auth.PasswordChangeView):
    """Changing one's own password; other sessions end."""

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        response = super().form_valid(form)
        profile.note_password_change(cast(User, self.request.user))
        return response


@login_not_required
def choose_language(request: HttpRequest) -> HttpResponse:
    """The switch in the top bar: for this browser, and for the person who is signed in."""
    if request.method == "POST" and request.user.is_authenticated:
        profile.choose_language(request.user, request.POST.get(LANGUAGE_QUERY_PARAMETER, ""))
    return set_language(request)


class ApiDocs(SpectacularSwaggerSplitView):
    """Swagger from our own server, in a page that the content security policy lets pass."""

    template_name = "api_docs.html"
