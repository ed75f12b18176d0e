"""Accounts, and who holds which role: given by the security administrator, kept apart where it must be."""

from __future__ import annotations

import secrets
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common import audit
from common.errors import demand
from governance.models import Department, Membership, User
from governance.services.records import check
from governance.states import ADMINISTRATORS, PLACE_OF, DepartmentKind, Role


@transaction.atomic
def grant(
    user: User, department: Department, role: Role | str, *, by: User | None, until: date | None = None
) -> Membership:
    """Give a person a role in a department from today on, until a day or until further notice.

    Refused: a role outside one's reach or for oneself, one that the person holds there, an administrator's
    role beside another role or the other way round, and a role of the authority or of finance outside of it.
    A role that had ended begins anew: the audit trail keeps what was before.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    role, today = Role(role), timezone.localdate()
    _check_reach(department, by)
    demand(by is None or by.pk != user.pk, _("Nobody gives a role to themselves: ask another security administrator."))
    demand(
        user.is_active, _("The account of %(person)s is switched off: have it switched on first.") % {"person": user}
    )
    demand(department.is_active, _("“%(department)s” is not active any more.") % {"department": department})
    _check_place(role, department)
    _check_separation(user, role)
    row = Membership.objects.select_for_update().filter(user=user, department=department, role=role).first()
    ended = row is not None and row.valid_to is not None and row.valid_to < today
    demand(row is None or ended, _("%(person)s holds this role there already.") % {"person": user})
    row = row or Membership(user=user, department=department, role=role)
    row.valid_from, row.valid_to = today, until
    check(row)
    row.save()
    audit.record("membership.granted", row, by=by, person=user.username, role=role, until=until)
    return row


def _check_reach(department: Department, by: User | None) -> None:
    """Roles are given where one acts and directly below: a new district gets its first administrator from above."""
    acting, place = by.acting if by else None, department.jurisdiction
    reach = {place.pk, place.parent_id}
    demand(
        by is None or (acting is not None and acting.department.jurisdiction_id in reach),
        _("You give roles in your own jurisdiction and in those directly below it."),
    )


def _check_place(role: Role, department: Department) -> None:
    place = PLACE_OF.get(role)
    if place is None or department.kind == place:
        return
    words = _("“%(role)s” is a role of the %(place)s: choose a department of that kind.")
    demand(False, words % {"role": role.label, "place": DepartmentKind(place).label})


def _check_separation(user: User, wanted: Role) -> None:
    """三员分立: an administrator of one kind is nothing else."""
    held = [Role(role) for role in user.memberships.not_ended().values_list("role", flat=True)]
    clash = next((r for r in held if r != wanted and (r in ADMINISTRATORS or wanted in ADMINISTRATORS)), None)
    if clash is None:
        return
    words = _(
        "%(person)s is “%(held)s”. System, security and audit administrators are kept apart from one another and "
        "from all other roles: end that role first, or choose another person for “%(wanted)s”."
    )
    demand(False, words % {"person": user, "held": clash.label, "wanted": wanted.label})


@transaction.atomic
def end(membership: Membership, *, by: User, last_day: date | None = None) -> None:
    """End a role after its last day, or at once.

    A role that would never have held (given and ended on one day) leaves only its lines in the audit trail.
    Refused: ending one's own role, one that has ended, and the last security administrator's.
    """
    row = Membership.objects.select_for_update(of=("self",)).select_related("department", "user").get(pk=membership.pk)
    today = timezone.localdate()
    last_day = last_day or today - timedelta(days=1)
    demand(row.user_id != by.pk, _("Nobody ends their own role: ask another security administrator."))
    demand(row.valid_to is None or row.valid_to >= today, _("This role has ended already."))
    demand(last_day >= today - timedelta(days=1), _("A role ends today at the earliest."))
    if row.role == Role.SECURITY_ADMIN:
        _check_others(row)
    audit.record("membership.ended", row, by=by, person=row.user.username, role=row.role, last_day=last_day)
    if row.valid_from and row.valid_from > last_day:
        row.delete()
        return
    row.valid_to = last_day
    row.save(update_fields=["valid_to"])


def _check_others(row: Membership) -> None:
    others = Membership.objects.valid().filter(
        role=Role.SECURITY_ADMIN, department__jurisdiction=row.department.jurisdiction_id, user__is_active=True
    )
    demand(
        others.exclude(user=row.user_id).exists(),
        _("This is the last security administrator: give the role to another person first."),
    )


@transaction.atomic
def add_person(person: User, *, by: User | None) -> str:
    """Open an account without any role; returns the first password, which is shown once."""
    password = _new_password()
    person.set_password(password)
    check(person)
    person.save()
    audit.record("user.added", person, by=by, account=person.username)
    return password


@transaction.atomic
def reset_password(person: User, *, by: User) -> str:
    """Give the account a new first password, shown once; whoever is signed in with the old one is out."""
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    demand(person.pk != by.pk, _("Change your own password on your profile page."))
    password = _new_password()
    person.set_password(password)
    person.save(update_fields=["password"])
    audit.record("user.password_reset", person, by=by)
    return password


@transaction.atomic
def set_active(person: User, *, is_active: bool, by: User) -> User:
    """Switch an account on or off; off, its roles rest and its sessions end with the next page."""
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    demand(person.pk != by.pk, _("Nobody switches off their own account."))
    if person.is_active != is_active:
        person.is_active = is_active
        person.save(update_fields=["is_active"])
        audit.record("user.switched_on" if is_active else "user.switched_off", person, by=by)
    return person


def _new_password() -> str:
    """Sixteen characters that nobody guesses, without those that are easily misread."""
    return "".join(secrets.choice("abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789") for _ in range(16))
