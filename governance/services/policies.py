"""Setting the numbers of the jurisdiction, each with the document that says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from common import audit
from common.errors import demand
from governance.models import Jurisdiction, PolicyParameter, User
from governance.policies import DEFAULT_PACK, PARAMETERS
from governance.services.records import check


@dataclass(frozen=True)
class Basis:
    """What a value rests on, and for how long it holds (to the end of `valid_to`, or until further notice)."""

    document: str
    valid_from: date
    valid_to: date | None = None
    clause: str = ""
    is_verified: bool = False


@transaction.atomic
def set_policy(jurisdiction: Jurisdiction, key: str, value: Any, basis: Basis, *, by: User) -> PolicyParameter:
    """Give a parameter another value from a day on; earlier values stay, for what was decided under them.

    Refused: a value of another type or outside its limits, one without a document, one that would hold
    in the past, and a second one from the same day.
    """
    demand(key in PARAMETERS, _("There is no parameter “%(key)s”.") % {"key": key})
    demand(basis.document.strip(), _("Name the document that sets this value."))
    demand(basis.clause.strip() or not basis.is_verified, _("Name the clause that you compared with the original."))
    demand(
        basis.valid_from >= timezone.localdate(),
        _("A value holds from today at the earliest: what was decided under the old one stays as it is."),
    )
    row = PolicyParameter(
        jurisdiction=jurisdiction,
        key=key,
        value=PARAMETERS[key].store(value),
        source_document=basis.document.strip(),
        clause=basis.clause.strip(),
        is_verified=basis.is_verified,
        valid_from=basis.valid_from,
        valid_to=basis.valid_to,
    )
    check(row)
    row.save()
    audit.record("policy.set", row, by=by, value=row.value, document=row.source_document, **_period(row))
    return row


@transaction.atomic
def withdraw_policy(row: PolicyParameter, *, by: User) -> None:
    """Take back an own value that has not begun, or began today; an older one was decided under."""
    demand(row.jurisdiction_id, _("The default pack is not changed here: set a value of your own."))
    demand(
        row.valid_from >= timezone.localdate(),
        _("This value has been in force: set another one from today on instead."),
    )
    audit.record("policy.withdrawn", row, by=by, value=row.value, document=row.source_document, **_period(row))
    row.delete()


def _period(row: PolicyParameter) -> dict[str, Any]:
    return {"valid_from": row.valid_from, "valid_to": row.valid_to}


@transaction.atomic
def load_default_pack(*, by: User | None = None) -> int:
    """Write down the defaults that the pack does not have yet, as not verified; says how many."""
    here = set(PolicyParameter.objects.filter(jurisdiction__isnull=True).values_list("key", flat=True))
    since = timezone.localdate().replace(month=1, day=1)
    missing = [parameter for key, parameter in PARAMETERS.items() if key not in here]
    with override(settings.LANGUAGE_CODE):
        for parameter in missing:
            row = PolicyParameter.objects.create(
                key=parameter.key,
                value=parameter.store(parameter.default),
                source_document=str(DEFAULT_PACK),
                clause=str(parameter.clause),
                valid_from=since,
            )
            audit.record("policy.set", row, by=by, value=row.value, document=row.source_document, **_period(row))
    return len(missing)
