"""Words for levels, roles and rounds."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from common.transitions import Transitions


class Level(TextChoices):
    NATIONAL = "national", _("national")
    PROVINCE = "province", _("province")
    CITY = "city", _("city")
    DISTRICT = "district", _("district or county")


class Role(TextChoices):
    """What a person is in one department (domain: roles and permissions)."""

    CLERK = "clerk", _("department clerk")
    LEADER = "leader", _("department leader")
    INTAKE = "intake", _("intake officer")
    REVIEWER = "reviewer", _("reviewer")
    HEAD = "head", _("authority head")
    CATALOG = "catalog", _("catalog manager")
    PROCUREMENT = "procurement", _("procurement officer")
    FINANCE = "finance", _("finance officer")
    JOINT = "joint", _("joint reviewer")
    EXPERT = "expert", _("expert")
    AUDITOR = "auditor", _("auditor")
    DISTRICT_ADMIN = "district_admin", _("district administrator")
    SYSTEM_ADMIN = "system_admin", _("system administrator")
    SECURITY_ADMIN = "security_admin", _("security administrator")
    AUDIT_ADMIN = "audit_admin", _("audit administrator")


class DepartmentKind(TextChoices):
    DEPARTMENT = "department", _("department")
    AUTHORITY = "authority", _("big-data authority")
    FINANCE = "finance", _("finance department")


class RoundStatus(TextChoices):
    """A batch of the year. That its list is locked is a fact of the list."""

    PLANNED = "planned", _("not open yet")
    OPEN = "open", _("open for applications")
    CLOSED = "closed", _("closed, under review")


R = RoundStatus

ROUND_MOVES = Transitions(
    R,
    {
        R.PLANNED: frozenset({R.OPEN}),
        R.OPEN: frozenset({R.CLOSED}),
        R.CLOSED: frozenset({R.OPEN}),
    },
)


class SourceKind(TextChoices):
    CITY = "city", _("city finance")
    SUPERIOR = "superior", _("earmarked superior money")
    BOND = "bond", _("bond")
    OWN = "own", _("own funds")
    OTHER = "other", _("other")


class DocumentKind(TextChoices):
    """Official documents that are written into a Word template."""

    NOTICE = "notice", _("decision notice")
    BOOK = "book", _("application book")
    PACK = "pack", _("meeting pack")
    LIST = "list", _("official annual list")


class Origin(TextChoices):
    """Whose value of a policy parameter counts."""

    OWN = "own", _("own value")
    PACK = "pack", _("default pack")
    BUILT_IN = "built_in", _("built-in default")


class NotificationKind(TextChoices):
    """What people are told about; each may be switched off, but for deadlines."""

    APPLICATION = "application", _("applications")
    OPINION = "opinion", _("opinions")
    ACT = "act", _("acts")
    CAPABILITY = "capability", _("capability requests")
    LIST = "list", _("annual list and budget")
    ROUND = "round", _("rounds and roles")
    DEADLINE = "deadline", _("deadlines")


# 三员: kept apart from one another and from every role of the business, on one person.
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
# Roles that judge or pay have their place.
PLACE_OF = {
    Role.INTAKE: DepartmentKind.AUTHORITY,
    Role.REVIEWER: DepartmentKind.AUTHORITY,
    Role.HEAD: DepartmentKind.AUTHORITY,
    Role.CATALOG: DepartmentKind.AUTHORITY,
    Role.FINANCE: DepartmentKind.FINANCE,
}
# Who sees who holds which role.
SEES_PEOPLE = frozenset({*ADMINISTRATORS, Role.HEAD, Role.AUDITOR})
