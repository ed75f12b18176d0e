"""Decision notice, official annual list and meeting pack: on the page and to take along."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.documents.paper import Paper
from common.documents.sending import choices, ordered, sent
from common.errors import demand as allow
from common.http import demand
from governance.models import Round
from governance.queries.documents import office_template, template_name
from governance.states import DocumentKind
from projects.models import Application
from reviews.documents.annual_list import list_paper
from reviews.documents.notice import notice_paper
from reviews.documents.pack import pack_paper
from reviews.queries.issue import checks
from reviews.queries.overview import is_final, notice
from reviews.queries.pack import TO_DECIDE, acts_of, pack_of
from reviews.views.annual_list import list_of

WORD_AND_PDF = ("docx", "pdf")
ALL = ("docx", "pdf", "xlsx")
MOST_IN_PDF = 40  # acts: a fifth of a second each, and a request waits for them


def _readable(request: HttpRequest, number: str) -> tuple[Application, bool]:
    """An application in sight, and whether its notice may be read: by its department once it is final."""
    applications = Application.objects.visible_to(request.user).select_related(
        "department", "round__jurisdiction__authority", "determined__determination", "continues", "project"
    )
    application = get_object_or_404(applications, number=number)
    return application, is_final(application) or request.user.is_judge_of(application.round.jurisdiction_id)


def _to_take_along(request: HttpRequest, number: str) -> Application:
    application, ready = _readable(request, number)
    if not ready:
        raise PermissionDenied
    return application


@require_safe
def decision_notice(request: HttpRequest, number: str) -> HttpResponse:
    """The decision notice (统筹处置意见书) of an application, on paper.

    Its own department reads it once the application is determined or ended.
    """
    application, ready = _readable(request, number)
    found = notice(application) if ready else None
    paper = notice_paper(found, request.session.get("money_unit", "")) if found else None
    place = application.round.jurisdiction_id
    context = {
        "notice": found,
        "application": application,
        "ready": ready,
        "paper": paper,
        "checks": checks(found, paper.unit) if found and paper and request.user.is_judge_of(place) else [],
        "template": template_name(DocumentKind.NOTICE, place, request.LANGUAGE_CODE) if ready else "",
    }
    return render(request, "reviews/lists/notice.html", context)


@require_safe
def notice_files(request: HttpRequest, number: str) -> HttpResponse:
    """The notice in every language."""
    application = _to_take_along(request, number)
    context = {"application": application, "languages": choices("reviews:notice", [number], WORD_AND_PDF)}
    return render(request, "reviews/lists/notice_files.html", context)


@require_safe
def notice_file(request: HttpRequest, number: str, form: str) -> HttpResponse:
    """The notice as Word or PDF."""
    application = _to_take_along(request, number)
    order = ordered(request, form)
    template = office_template(DocumentKind.NOTICE, application.round.jurisdiction_id, order.language)
    return sent(order, f"{number}-notice", lambda: notice_paper(notice(application), order.unit), template)


@require_safe
def list_files(request: HttpRequest, round_pk: int) -> HttpResponse:
    """The official list in every language."""
    annual_list = list_of(request, round_pk)
    context = {"list": annual_list, "languages": choices("reviews:list", [round_pk], ALL)}
    return render(request, "reviews/lists/files.html", context)


@require_safe
def list_file(request: HttpRequest, round_pk: int, form: str) -> HttpResponse:
    """The official annual list (年度建设清单)."""
    annual_list = list_of(request, round_pk)
    order = ordered(request, form)
    template = office_template(DocumentKind.LIST, annual_list.round.jurisdiction_id, order.language)
    round = annual_list.round
    name = f"annual-list-{round.year}-{round.batch}-v{annual_list.versions.count()}"
    return sent(order, name, lambda: list_paper(annual_list, order.unit), template)


def _round_of(request: HttpRequest, round_pk: int) -> Round:
    """A round whose acts the person decides on."""
    place = request.user.acting.department.jurisdiction_id if request.user.acting else None
    rounds = Round.objects.filter(jurisdiction=place).select_related("jurisdiction__authority")
    round = get_object_or_404(rounds, pk=round_pk)
    demand(request.user, "reviews.consolidate_round", round)
    return round


@require_safe
def pack(request: HttpRequest, round_pk: int) -> HttpResponse:
    """Choose the acts of a meeting, and take its material along."""
    round = _round_of(request, round_pk)
    languages = choices("reviews:pack", [round_pk], WORD_AND_PDF)
    acts = [(act, act.status in TO_DECIDE) for act in acts_of(round)]
    context = {"round": round, "acts": acts, "languages": languages, "most": MOST_IN_PDF}
    return render(request, "reviews/lists/pack.html", context)


@require_safe
def pack_file(request: HttpRequest, round_pk: int, form: str) -> HttpResponse:
    """The meeting pack (会审会议材料) of the chosen acts, else of those that wait for a decision."""
    round = _round_of(request, round_pk)
    order = ordered(request, form)
    chosen = [int(pk) for pk in request.GET.getlist("act") if pk.isascii() and pk.isdigit()]
    template = office_template(DocumentKind.PACK, round.jurisdiction_id, order.language)
    name = f"meeting-{round.year}-{round.batch}"

    def build() -> Paper:
        found = pack_of(round, chosen)
        fits = form != "pdf" or len(found.acts) <= MOST_IN_PDF
        words = _("A PDF holds at most %(most)s acts: choose some of them, or take the Word file.")
        allow(fits, words % {"most": MOST_IN_PDF})
        return pack_paper(found, order.unit)

    return sent(order, name, build, template)
