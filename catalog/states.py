"""Life cycles and kinds of what the city has and shares."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from common.transitions import Transitions
from governance.states import Role

# Who sees money, security and contacts of all systems of the jurisdiction; the owner's people see their own.
SEES_INSIDE = frozenset({Role.INTAKE, Role.REVIEWER, Role.HEAD, Role.CATALOG, Role.FINANCE, Role.AUDITOR})
OWNERS = frozenset({Role.CLERK, Role.LEADER})


class CapabilityKind(TextChoices):
    INFRASTRUCTURE = "infrastructure", _("infrastructure")
    APPLICATION_SUPPORT = "support", _("application support")
    DATA = "data", _("data")
    AI = "ai", _("AI")
    GENERAL = "general", _("general application")


class CapabilityStatus(TextChoices):
    PLANNED = "planned", _("planned")
    BUILDING = "building", _("building")
    TRIAL = "trial", _("trial use")
    AVAILABLE = "available", _("available")
    RESTRICTED = "restricted", _("restricted")
    RETIRED = "retired", _("retired")


C = CapabilityStatus

CAPABILITY_MOVES = Transitions(
    C,
    {
        C.PLANNED: frozenset({C.BUILDING, C.TRIAL, C.AVAILABLE, C.RETIRED}),
        C.BUILDING: frozenset({C.TRIAL, C.AVAILABLE, C.RETIRED}),
        C.TRIAL: frozenset({C.AVAILABLE, C.RESTRICTED, C.RETIRED}),
        C.AVAILABLE: frozenset({C.RESTRICTED, C.RETIRED}),
        C.RESTRICTED: frozenset({C.AVAILABLE, C.RETIRED}),
        C.RETIRED: frozenset(),
    },
)
RUNNING = frozenset({C.TRIAL, C.AVAILABLE, C.RESTRICTED})
UNBUILT = frozenset({C.PLANNED, C.BUILDING})
CLOSING = frozenset({C.RESTRICTED, C.RETIRED})


class AccessMode(TextChoices):
    API = "api", _("API")
    SDK = "sdk", _("SDK")
    CONFIGURATION = "configuration", _("configuration")
    ACCOUNT = "account", _("account")


class SystemStatus(TextChoices):
    APPROVED = "approved", _("approved, not built")
    BUILDING = "building", _("under construction")
    TRIAL = "trial", _("trial run")
    IN_USE = "in_use", _("in use")
    MAINTAINED = "maintained", _("in maintenance")
    STOPPED = "stopped", _("stopped")
    ARCHIVED = "archived", _("archived")


S = SystemStatus

SYSTEM_MOVES = Transitions(
    S,
    {
        S.APPROVED: frozenset({S.BUILDING, S.ARCHIVED}),
        S.BUILDING: frozenset({S.TRIAL, S.IN_USE, S.STOPPED}),
        S.TRIAL: frozenset({S.IN_USE, S.STOPPED}),
        S.IN_USE: frozenset({S.MAINTAINED, S.STOPPED}),
        S.MAINTAINED: frozenset({S.IN_USE, S.STOPPED}),
        S.STOPPED: frozenset({S.IN_USE, S.ARCHIVED}),
        S.ARCHIVED: frozenset(),
    },
)


RUNS = frozenset({S.TRIAL, S.IN_USE, S.MAINTAINED})
ENDED = frozenset({S.STOPPED, S.ARCHIVED})


class SystemTag(TextChoices):
    PLATFORM = "platform", _("platform")
    SUBSYSTEM = "subsystem", _("subsystem")
    APP = "app", _("mobile app")
    MINI_PROGRAM = "mini_program", _("mini-program")
    WEBSITE = "website", _("website")


class Domain(TextChoices):
    """Application domain of a system or an application."""

    ECONOMY = "economy", _("economic regulation")
    MARKET = "market", _("market supervision")
    SOCIETY = "society", _("social management")
    SERVICE = "service", _("public service")
    ECOLOGY = "ecology", _("ecology")
    PARTY = "party", _("party affairs")
    INTERNAL = "internal", _("internal administration")


class Network(TextChoices):
    EXTRANET = "extranet", _("e-government extranet")
    INTRANET = "intranet", _("e-government intranet")
    INTERNET = "internet", _("internet")
    DEDICATED = "dedicated", _("dedicated network")


class PlannedFate(TextChoices):
    KEEP = "keep", _("keep")
    ABSORB = "absorb", _("absorb into a platform")
    REPLACE = "replace", _("replace by a capability")
    RETIRE = "retire", _("retire")


class SharingClass(TextChoices):
    UNCONDITIONAL = "unconditional", _("shared without condition")
    CONDITIONAL = "conditional", _("shared on condition")
    NONE = "none", _("not shared")


class OpenClass(TextChoices):
    OPEN = "open", _("open")
    ON_REQUEST = "on_request", _("open on request")
    CLOSED = "closed", _("not open")
