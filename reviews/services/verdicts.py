"""Verdicts (判定): what a person says of two texts. They belong to the pair of texts and survive every new screening."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from common import audit
from common.errors import demand
from governance.models import Jurisdiction, User
from projects.models import Line
from projects.states import UNDER_WAY
from reviews.models import Finding, PairVerdict
from reviews.queries.pairs import finding_between, matched, pair_key_of, record_of
from reviews.queries.texts import Compared
from reviews.services.register import lock_register
from reviews.states import Verdict


@transaction.atomic
def judge(finding: Finding, verdict: str, *, by: User, reason: str = "") -> PairVerdict:
    """Say what a finding is, also one that the machine could not compute.

    The same texts elsewhere in the jurisdiction carry the verdict too; an earlier one is replaced, and the
    audit trail keeps it.
    """
    round = finding.line.application.round
    return _judge(round.jurisdiction, finding.pair_key, (finding.line, matched(finding)), verdict, by=by, reason=reason)


@transaction.atomic
def judge_pair(line: Line, other: Line, verdict: str, *, by: User, reason: str = "") -> PairVerdict:
    """Say what two modules are to each other, whether or not the machine found them."""
    demand(line.pk != other.pk, _("A module is not compared with itself."))
    here = line.application.round.jurisdiction
    same = other.application.round.jurisdiction_id == here.pk
    ready = {line.application.status, other.application.status} <= UNDER_WAY
    demand(same and ready, _("Only submitted modules of one jurisdiction are compared."))
    finding = finding_between(line, other)
    key = finding.pair_key if finding else pair_key_of(line, other)
    return _judge(here, key, (line, other), verdict, by=by, reason=reason)


def _judge(
    here: Jurisdiction, key: str, texts: tuple[Compared, Compared | None], verdict: str, *, by: User, reason: str
) -> PairVerdict:
    lock_register(here.pk)
    demand(by.is_judge_of(here.pk), _("Only a reviewer or head of the authority does this."))
    demand(verdict in Verdict.values, _("A verdict is duplicate, related or different."))
    before = PairVerdict.objects.filter(jurisdiction=here, pair_key=key).first()
    left, right = map(_text, texts)
    row, _is_new = PairVerdict.objects.update_or_create(
        jurisdiction=here,
        pair_key=key,
        defaults={"verdict": verdict, "reason": reason.strip()[:500], "left": left, "right": right, "by": by},
    )
    audit.record(
        "verdict.given",
        row,
        by=by,
        verdict=verdict,
        before=before.verdict if before else "",
        reason=row.reason,
        texts=[text["record"] for text in (left, right) if text],
    )
    return row


def _text(thing: Compared | None) -> dict[str, Any]:
    """What is kept of a text, so that the verdict can be read when the record is gone."""
    if thing is None:
        return {}
    record = record_of(thing)
    return {"record": str(thing), "name": record.name, "description": record.description}
