from __future__ import annotations

import threading
from datetime import timedelta
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from common.errors import DomainError, Stale
from common.models import AuditEvent
from governance.models import Round
from governance.services.rounds import close_ended_rounds, close_round, create_round, open_round, update_round
from governance.states import ROUND_MOVES, RoundStatus
from tests.factories import JurisdictionFactory, RoundFactory, city

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = timedelta(days=1)
S = RoundStatus


@pytest.fixture
def here():
    return city()


@pytest.fixture
def head(here):
    return here.people.head


def planned(here, **more):
    return RoundFactory(jurisdiction=here.jurisdiction, status=S.PLANNED, **{"closes_on": TODAY + 30 * DAY, **more})


@pytest.mark.parametrize(("current", "to"), list(product(S, S)))
def test_every_pair_of_states_is_decided(current, to):
    allowed = {(S.PLANNED, S.OPEN), (S.OPEN, S.CLOSED), (S.CLOSED, S.OPEN)}
    assert ROUND_MOVES.allows(current, to) == ((current, to) in allowed)


def test_a_round_is_planned_opened_and_closed(here, head):
    round = create_round(
        Round(jurisdiction=here.jurisdiction, year=2027, batch=7, name="2027 年度第七批", closes_on=TODAY), by=head
    )
    assert round.status == S.PLANNED
    round = open_round(round, by=head)
    assert (round.status, round.opens_on, round.version) == (S.OPEN, TODAY, 2)
    assert close_round(round, by=head).status == S.CLOSED
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", "target_name", "actor_code"))
    assert actions == [(f"round.{verb}", "2027 年度第七批", "city-head") for verb in ("added", "opened", "closed")]


def test_the_same_batch_twice_is_refused(here, head):
    with pytest.raises(DomainError, match="This batch exists already."):
        create_round(Round(jurisdiction=here.jurisdiction, year=2027, batch=1, name="又一批"), by=head)


def test_while_one_is_open_no_other_opens(here, head):
    first, second = planned(here, name="第一批"), planned(here)
    open_round(first, by=head)
    with pytest.raises(DomainError, match="“第一批” is open: close it first."):
        open_round(second, by=head)
    close_round(first, by=head)
    assert open_round(second, by=head).status == S.OPEN


def test_another_city_opens_its_own(here, head):
    open_round(planned(here), by=head)
    elsewhere = RoundFactory(jurisdiction=JurisdictionFactory(), status=S.PLANNED, closes_on=TODAY)
    assert open_round(elsewhere, by=head).status == S.OPEN


@pytest.mark.parametrize(
    ("closes_on", "sentence"),
    [(None, "Say until when departments may apply"), (TODAY - DAY, "The closing day is over")],
)
def test_a_round_without_an_end_does_not_open(here, head, closes_on, sentence):
    with pytest.raises(DomainError, match=sentence):
        open_round(planned(here, closes_on=closes_on), by=head)


def test_an_open_round_is_not_opened_and_a_planned_one_not_closed(here, head):
    round = open_round(planned(here), by=head)
    with pytest.raises(DomainError, match="This is “open for applications” now"):
        open_round(round, by=head)
    with pytest.raises(DomainError, match="This is “not open yet” now"):
        close_round(planned(here), by=head)


def test_a_closed_round_opens_again(here, head):
    round = close_round(open_round(planned(here), by=head), by=head)
    assert open_round(round, by=head).status == S.OPEN


def test_the_end_of_an_open_round_is_moved(here, head):
    round = open_round(planned(here), by=head)
    later = TODAY + 40 * DAY
    assert update_round(round, {"closes_on": later}, by=head, version=2).closes_on == later
    event = AuditEvent.objects.get(action="round.changed")
    assert event.details["after"] == {"closes_on": later.isoformat()}
    with pytest.raises(DomainError, match="The closing day is over"):
        update_round(round, {"closes_on": TODAY - DAY}, by=head)


def test_year_and_batch_are_fixed_once_opened(here, head):
    round = planned(here)
    assert update_round(round, {"year": 2028, "batch": 9}, by=head).year == 2028
    open_round(round, by=head)
    with pytest.raises(DomainError, match="Year and batch are fixed"):
        update_round(round, {"batch": 10}, by=head)
    assert update_round(round, {"batch": 9, "name": "改名"}, by=head).name == "改名"


def test_somebody_elses_change_is_not_written_over(here, head):
    round = planned(here)
    update_round(round, {"name": "先改"}, by=head, version=1)
    with pytest.raises(Stale):
        update_round(round, {"name": "后改"}, by=head, version=1)


def test_a_clock_closes_what_is_over(here):
    RoundFactory(jurisdiction=here.jurisdiction, status=S.OPEN, closes_on=TODAY - DAY)
    RoundFactory(jurisdiction=JurisdictionFactory(), status=S.OPEN, closes_on=TODAY)
    assert close_ended_rounds() == 1
    assert close_ended_rounds() == 0
    assert AuditEvent.objects.get(action="round.closed").actor_code == "system"


def test_the_database_keeps_one_round_open(here):
    RoundFactory(jurisdiction=here.jurisdiction, status=S.OPEN)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoundFactory(jurisdiction=here.jurisdiction, status=S.OPEN)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_rounds_opened_at_once_one_opens():
    here = city()
    rounds, barrier, told = [planned(here), planned(here)], threading.Barrier(2), []

    def press(round):
        barrier.wait()
        try:
            open_round(round, by=here.people.head)
            told.append("open")
        except DomainError:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(round,)) for round in rounds]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(told) == ["open", "refused"]
