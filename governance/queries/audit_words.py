"""What the actions of the audit trail, and the names in their details, are called.

The codes are written by the services of all apps; the words stand here, where the trail is read. A test
finds the codes that have no words.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: Mapping[str, Promise] = {
    "jurisdiction.added": _("jurisdiction added"),
    "jurisdiction.founded": _("jurisdiction founded"),
    "jurisdiction.changed": _("jurisdiction changed"),
    "department.added": _("department added"),
    "department.changed": _("department changed"),
    "fundingsource.added": _("funding source added"),
    "fundingsource.changed": _("funding source changed"),
    "calendarday.set": _("calendar day set"),
    "calendarday.removed": _("calendar day removed"),
    "calendaryear.announced": _("holidays of the year entered"),
    "round.added": _("round planned"),
    "round.changed": _("round changed"),
    "round.opened": _("round opened"),
    "round.closed": _("round closed"),
    "policy.set": _("policy value set"),
    "policy.withdrawn": _("policy value taken back"),
    "membership.granted": _("role granted"),
    "membership.ended": _("role ended"),
    "user.added": _("account opened"),
    "user.changed": _("profile changed"),
    "user.switched_on": _("account switched on"),
    "user.switched_off": _("account switched off"),
    "user.password_reset": _("password reset"),
    "user.password_changed": _("password changed"),
    "user.signed_in": _("signed in"),
    "user.acts_as": _("role acted in changed"),
    "token.created": _("token created"),
    "token.ended": _("token ended"),
}
DETAILS: Mapping[str, Promise] = {
    "account": _("account"),
    "after": _("after"),
    "before": _("before"),
    "department": _("department"),
    "document": _("document"),
    "expiry": _("valid to"),
    "last_day": _("last day"),
    "lines": _("lines"),
    "person": _("person"),
    "reason": _("reason"),
    "role": _("role"),
    "to": _("new status"),
    "token": _("token"),
    "until": _("last day"),
    "value": _("value"),
}
