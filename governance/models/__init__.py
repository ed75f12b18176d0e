from governance.models.calendar import CalendarDay, CalendarYear
from governance.models.documents import DocumentNumber, DocumentTemplate
from governance.models.lists import SavedView
from governance.models.notifications import Notification
from governance.models.organisation import Department, Jurisdiction
from governance.models.people import Membership, User
from governance.models.policy import PolicyParameter
from governance.models.rounds import FundingSource, Round

__all__ = [
    "CalendarDay",
    "CalendarYear",
    "Department",
    "DocumentNumber",
    "DocumentTemplate",
    "FundingSource",
    "Jurisdiction",
    "Membership",
    "Notification",
    "PolicyParameter",
    "Round",
    "SavedView",
    "User",
]
