"""Governance, for programs."""

from governance.api.audit import AuditEventNoun
from governance.api.documents import DocumentTemplateNoun
from governance.api.me import MeNoun
from governance.api.notifications import NotificationNoun
from governance.api.organisation import DepartmentNoun, JurisdictionNoun, SourceNoun
from governance.api.people import MembershipNoun, PersonNoun
from governance.api.policies import CalendarDayNoun, PolicyNoun
from governance.api.rounds import RoundNoun

NOUNS = {
    "me": MeNoun,
    "notifications": NotificationNoun,
    "jurisdictions": JurisdictionNoun,
    "departments": DepartmentNoun,
    "funding-sources": SourceNoun,
    "rounds": RoundNoun,
    "people": PersonNoun,
    "memberships": MembershipNoun,
    "policies": PolicyNoun,
    "calendar-days": CalendarDayNoun,
    "document-templates": DocumentTemplateNoun,
    "audit-events": AuditEventNoun,
}
