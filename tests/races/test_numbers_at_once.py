"""Two decisions at the same moment: their notices are numbered one behind the other, without a gap or a twin."""

import pytest
from django.db import transaction

from governance.models import DocumentNumber
from governance.services.documents import give_numbers
from governance.states import DocumentKind
from reviews.services.notices import number_notices
from tests import scenes
from tests.factories import city
from tests.races.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def test_notices_of_two_meetings_are_numbered_without_gaps():
    place = city()
    first, second = (scenes.application(place, department, 1) for department in ("health", "police"))
    head = place.people.head
    told = race(
        lambda: number_notices(place.jurisdiction, [first], by=head),
        lambda: number_notices(place.jurisdiction, [second], by=head),
    )
    assert all(each.won for each in told)
    assert sorted(DocumentNumber.objects.values_list("number", flat=True)) == [1, 2]


def test_a_decision_that_is_refused_after_all_leaves_no_gap():
    place = city()
    made = scenes.application(place, "health", 1)
    order = {"by": place.people.head}
    with transaction.atomic():
        give_numbers(DocumentKind.NOTICE, place.jurisdiction, [made], **order)
        transaction.set_rollback(True)
    (given,) = give_numbers(DocumentKind.NOTICE, place.jurisdiction, [made], **order)
    assert given.number == 1
