"""The database itself refuses what is never true of acts, dispositions and opinions."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from projects.models import Component, Project
from reviews.models import Act, ActEditor, Condition, Disposition, DispositionMoney, Opinion
from tests.factories import (
    CapabilityFactory,
    DepartmentFactory,
    FundingSourceFactory,
    JurisdictionFactory,
    LineFactory,
    UserFactory,
)
from tests.refusals import assert_refused, change, twice

pytestmark = pytest.mark.django_db


def act(**values: Any) -> Act:
    known = {"jurisdiction": JurisdictionFactory(), "number": f"TC-{Act.objects.count()}", "created_by": UserFactory()}
    return Act.objects.create(**known | values)


def proposed(**values: Any) -> Act:
    known = {"status": "proposed", "reason": "同类", "proposed_at": timezone.now(), "proposed_by": UserFactory()}
    return act(**known | values)


def confirmed_by_its_proposer() -> Act:
    one = UserFactory()
    return proposed(proposed_by=one, confirmed_by=one, confirmed_at=timezone.now(), order=1)


def editor() -> ActEditor:
    return ActEditor.objects.create(act=act(), user=UserFactory())


def disposition(**values: Any) -> Disposition:
    known = {"act": act(), "line": LineFactory(), "kind": "keep", "own": 1, "moved": 0, "saved": 0}
    return Disposition.objects.create(**known | values)


def merged(**values: Any) -> Disposition:
    return disposition(**{"kind": "merge", "target_line": LineFactory(), "moved": 1} | values)


def live_twice() -> None:
    line = LineFactory()
    for _time in range(2):
        disposition(line=line, state="live")


def into_itself() -> None:
    line = LineFactory()
    merged(line=line, target_line=line)


def into_two_places() -> None:
    row = merged()
    lead = row.line.application.department
    project = Project.objects.create(
        code="XM", name="在建", jurisdiction=lead.jurisdiction, lead=lead, is_inherited=True
    )
    component = Component.objects.create(project=project, code="XM/1", name="部分")
    Disposition.objects.filter(pk=row.pk).update(target_component=component)


def share(**values: Any) -> DispositionMoney:
    row = disposition()
    source = FundingSourceFactory(jurisdiction=row.act.jurisdiction)
    return DispositionMoney.objects.create(
        **{"disposition": row, "part": "own", "source": source, "amount": 1} | values
    )


def opinion(**values: Any) -> Opinion:
    return Opinion.objects.create(**{"act": act(), "department": DepartmentFactory()} | values)


def objection_without_words() -> None:
    opinion(state="objected", given_at=timezone.now(), given_by=UserFactory())


CASES = {
    "reviews_act_status_valid": change(act, status="x"),
    "reviews_act_proposed_at_together": change(act, proposed_at=timezone.now()),
    "reviews_act_confirmed_at_together": change(act, confirmed_at=timezone.now()),
    "reviews_act_undo_asked_at_together": change(act, undo_asked_at=timezone.now()),
    "reviews_act_four_eyes": confirmed_by_its_proposer,
    "reviews_act_standing_was_confirmed": change(proposed, status="confirmed"),
    "reviews_act_proposed_has_reason": change(act, status="proposed"),
    "reviews_acteditor_once": twice(editor),
    "reviews_disposition_kind_valid": lambda: disposition(kind="x"),
    "reviews_disposition_state_valid": lambda: disposition(state="x"),
    "reviews_disposition_own_not_negative": lambda: disposition(own=-1),
    "reviews_disposition_one_live": live_twice,
    "reviews_disposition_line_once_in_act": twice(disposition),
    "reviews_disposition_one_target": into_two_places,
    "reviews_disposition_not_into_itself": into_itself,
    "reviews_disposition_merge_names_component": lambda: disposition(kind="merge"),
    "reviews_disposition_strip_names_capability": lambda: disposition(kind="strip"),
    "reviews_disposition_only_strip_names_capability": lambda: disposition(capability=CapabilityFactory()),
    "reviews_disposition_reuse_names_system": lambda: disposition(kind="reuse"),
    "reviews_disposition_built_or_refused_has_no_target": lambda: disposition(target_line=LineFactory()),
    "reviews_disposition_transfer_has_target": lambda: disposition(
        kind="strip", capability=CapabilityFactory(), moved=1
    ),
    "reviews_disposition_reject_leaves_nothing": lambda: disposition(kind="reject"),
    "reviews_share_once": twice(share, amount=2),
    "reviews_dispositionmoney_part_valid": lambda: share(part="x"),
    "reviews_dispositionmoney_amount_not_negative": lambda: share(amount=-1),
    "reviews_condition_has_text": lambda: Condition.objects.create(disposition=disposition(), text=""),
    "reviews_opinion_once": twice(opinion),
    "reviews_opinion_state_valid": change(opinion, state="x"),
    "reviews_opinion_given_at_together": change(opinion, given_at=timezone.now()),
    "reviews_opinion_answer_has_author": change(opinion, state="agreed"),
    "reviews_opinion_objection_has_text": objection_without_words,
}


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses(name: str) -> None:
    assert_refused(name, CASES[name])
