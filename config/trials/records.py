"""The documents that a template can be tried on, each with the record that it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.documents.paper import Paper
from common.errors import demand
from governance.models import Round, User
from governance.states import DocumentKind
from projects.documents import application_book
from projects.models import Application
from reviews.documents.annual_list import list_paper
from reviews.documents.notice import notice_paper
from reviews.documents.pack import pack_paper
from reviews.models import AnnualList
from reviews.queries.overview import notice
from reviews.queries.pack import pack_of


@dataclass(frozen=True)
class Record:
    """What a document is about: how it is named in the form, and how its document is made."""

    label: str | Promise
    find: Callable[[str, User], Any]
    paper: Callable[[Any], Paper]


def _application(number: str, user: User) -> Application:
    rows = Application.objects.visible_to(user).select_related(
        "department", "round__jurisdiction__authority", "determined__determination", "project"
    )
    found = rows.filter(number=number).first()
    demand(found, _("There is no application “%(number)s” that you may see.") % {"number": number})
    assert found is not None
    return found


def _list(code: str, user: User) -> AnnualList:
    found = AnnualList.objects.visible_to(user).select_related("round__jurisdiction__authority")
    row = next((row for row in found if str(row.round) == code or _code(row.round) == code), None)
    demand(row, _("There is no list of the round “%(round)s” that you may see.") % {"round": code})
    assert row is not None
    return row


def _round(code: str, user: User) -> Round:
    place = user.acting.department.jurisdiction_id if user.acting else None
    rounds = Round.objects.filter(jurisdiction=place).select_related("jurisdiction__authority")
    row = next((row for row in rounds if _code(row) == code and user.has_perm("reviews.consolidate_round", row)), None)
    demand(row, _("There is no round “%(round)s” whose acts you decide on.") % {"round": code})
    assert row is not None
    return row


def _code(round: Round) -> str:
    """2027-1: year and batch."""
    return f"{round.year}-{round.batch}"


NUMBER, ROUND = gettext_lazy("number of an application"), gettext_lazy("round, as in 2027-1")
RECORDS = {
    DocumentKind.NOTICE: Record(NUMBER, _application, lambda record: notice_paper(notice(record))),
    DocumentKind.BOOK: Record(NUMBER, _application, application_book),
    DocumentKind.PACK: Record(ROUND, _round, lambda record: pack_paper(pack_of(record))),
    DocumentKind.LIST: Record(ROUND, _list, list_paper),
}
