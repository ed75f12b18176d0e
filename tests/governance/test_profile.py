from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from common.errors import DomainError
from common.models import AuditEvent
from governance.models import User
from governance.services.profile import act_as, change_profile, choose_language, note_sign_in
from governance.states import Role
from tests.factories import MembershipFactory, city

pytestmark = pytest.mark.django_db


@pytest.fixture
def here():
    return city()


def test_a_person_acts_in_another_of_their_roles(here):
    user = here.people.health
    other = MembershipFactory(user=user, department=here.police, role=Role.EXPERT)
    act_as(user, other.pk)
    again = User.objects.get(pk=user.pk)
    assert again.acting == other
    assert again.has_role(Role.EXPERT)
    assert not again.has_role(Role.CLERK)
    event = AuditEvent.objects.get(action="user.acts_as")
    assert event.department_code == here.police.code, "the line stands under the role that begins"
    act_as(again, other.pk)
    assert AuditEvent.objects.count() == 1, "the same role again changes nothing"


def test_only_in_a_role_that_is_ones_own_and_holds_today(here):
    user = here.people.health
    ended = MembershipFactory(
        user=user, department=here.police, role=Role.EXPERT, valid_to=timezone.localdate() - timedelta(days=1)
    )
    strangers = here.people.head.memberships.get()
    for membership in (ended.pk, strangers.pk, 0):
        with pytest.raises(DomainError, match="You do not hold this role today"):
            act_as(user, membership)


def test_name_telephone_and_language_are_ones_own(here):
    user = change_profile(here.people.health, display_name=" 陈静 ", phone="027-1234", language="zh-hant")
    assert (user.display_name, user.phone, user.language) == ("陈静", "027-1234", "zh-hant")
    with pytest.raises(DomainError):
        change_profile(user, display_name="陈静", phone="", language="fr")


def test_a_language_that_pages_do_not_speak_is_not_remembered(here):
    assert choose_language(here.people.health, "en").language == "en"
    choose_language(here.people.health, "fr")
    assert User.objects.get(pk=here.people.health.pk).language == "en"


def test_a_sign_in_leaves_a_line(here):
    note_sign_in(here.people.health)
    assert AuditEvent.objects.get().action == "user.signed_in"
