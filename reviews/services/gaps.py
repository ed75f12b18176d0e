"""The department answers a gap: an unknown amount of a submitted application becomes known."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from common import audit
from common.errors import demand
from governance.models import User
from governance.states import Role
from projects.models import Application, Line
from projects.services.funding import declare, recompute_rates
from projects.states import UNDER_WAY, ApplicationStatus
from reviews.models import AnnualList
from reviews.services.register import lock_register

OPEN = UNDER_WAY - {ApplicationStatus.CORRECTION}


@transaction.atomic
def supply(line: Line, amount: Decimal, *, by: User, version: int | None = None) -> Line:
    """Say an amount that was unknown when the application was submitted; rates of it follow.

    Only unknown amounts: what was declared is not changed after submission. ``version`` is the
    application's. Refused when the application is closed, in correction (it is edited there), or
    its list is locked.
    """
    lock_register(line.application.round.jurisdiction_id)
    application = Application.objects.select_related("round").locked(line.application_id)
    application.demand_version(version)
    line = Line.objects.get(pk=line.pk)
    demand(
        by.has_role(Role.CLERK, department=application.department_id),
        _("Only a clerk of its own department supplies an amount."),
    )
    demand(application.status in OPEN, _("The application is closed, or is being corrected."))
    locked = AnnualList.objects.filter(round=application.round, versions__isnull=False).exists()
    demand(not locked, _("The list is locked: only an adjustment act changes it."))
    demand(line.declared is None and line.rate is None, _("Only an unknown amount is supplied."))
    demand(amount >= 0, _("An amount is not negative."))
    declare(line, amount)
    recompute_rates(application)
    application.bump()
    audit.record("line.supplied", line, by=by, amount=f"{amount:.2f}")
    return Line.objects.get(pk=line.pk)
