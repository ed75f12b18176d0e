"""Numbering the decision notices: with the decision of the meeting, or with the end of an application."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from common import audit
from governance.models import Jurisdiction, User
from governance.services.documents import give_numbers
from governance.states import DocumentKind
from projects.models import Application


@transaction.atomic
def number_notices(place: Jurisdiction, applications: Sequence[Application], *, by: User) -> None:
    """Give each notice its number; one that has a number keeps it, however often the meeting decides."""
    named = {application.pk: application for application in applications}
    for given in give_numbers(DocumentKind.NOTICE, place, applications, by=by):
        audit.record("application.numbered", named[given.target_id], by=by, document=given.text)
