"""The tabs of an application that are read: overview, data and security, documents, review, history."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from projects.forms import AttachmentForm, BasisForm, DataForm, SystemForm
from projects.models import LineData
from projects.queries.progress import history as history_of
from projects.queries.progress import last_reason
from projects.states import REQUIRED_SECTIONS, SectionKey
from projects.views.record import found, shown

QUESTIONS = (SectionKey.Q_PLAN, SectionKey.Q_OVERLAP, SectionKey.Q_MODULE, SectionKey.Q_JOINT, SectionKey.Q_DATA)
TECHNICAL = (
    SectionKey.ARCHITECTURE,
    SectionKey.DATA_PLAN,
    SectionKey.SECURITY_PLAN,
    SectionKey.CLOUD_NEEDS,
    SectionKey.INTEGRATION_LIST,
)
NARRATIVE = tuple(key for key in SectionKey if key not in {*QUESTIONS, *TECHNICAL})


def overview(request: HttpRequest, number: str) -> HttpResponse:
    """What it is about, the five questions, systems it touches, money, what is missing."""
    application = found(request, number)
    texts = dict(application.sections.values_list("key", "text"))
    systems = application.system_links.select_related("system__owner")
    return shown(
        request,
        application,
        "projects/overview.html",
        tab="detail",
        sent_back=last_reason(application),
        goals=texts.get(SectionKey.GOALS, ""),
        questions=[(key.label, texts.get(key, ""), key.value) for key in QUESTIONS],
        systems=systems,
        system_form=SystemForm(user=request.user),
    )


def data(request: HttpRequest, number: str) -> HttpResponse:
    """Data read and written, and the technical chapters."""
    application = found(request, number)
    texts = dict(application.sections.filter(key__in=TECHNICAL).values_list("key", "text"))
    links = LineData.objects.filter(line__application=application).select_related("line", "resource__provider")
    return shown(
        request,
        application,
        "projects/data.html",
        tab="data",
        links=links.order_by("line__sequence", "resource__code"),
        chapters=[(key, texts.get(key, ""), False) for key in TECHNICAL],
        form=DataForm(user=request.user, application=application),
    )


def documents(request: HttpRequest, number: str) -> HttpResponse:
    """Files, bases and chapters."""
    application = found(request, number)
    texts = dict(application.sections.values_list("key", "text"))
    keys = (*NARRATIVE, *QUESTIONS)
    return shown(
        request,
        application,
        "projects/documents.html",
        tab="documents",
        attachments=application.attachments.select_related("uploaded_by"),
        bases=application.bases.all(),
        chapters=[(key, texts.get(key, ""), key in REQUIRED_SECTIONS) for key in keys],
        written=sum(bool(texts.get(key)) for key in keys),
        attachment_form=AttachmentForm(),
        basis_form=BasisForm(auto_id="basis_%s"),
    )


def review(request: HttpRequest, number: str) -> HttpResponse:
    """What the authority does with it; its parts come from their own addresses."""
    return shown(request, found(request, number), "projects/review.html", tab="review")


def history(request: HttpRequest, number: str) -> HttpResponse:
    """What happened, newest first."""
    application = found(request, number)
    entries = history_of(application, request.user)
    return shown(request, application, "projects/history.html", tab="history", entries=entries)
