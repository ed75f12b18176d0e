"""Life cycle of an application, and the words of its parts."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from common.transitions import Transitions


class ApplicationStatus(TextChoices):
    """How far an application has come. What became of it (its outcome) is computed, not stored."""

    DRAFT = "draft", _("draft")
    SIGN_OFF = "sign_off", _("department sign-off")
    SUBMITTED = "submitted", _("completeness check")
    CORRECTION = "correction", _("correction")
    CONSOLIDATION = "consolidation", _("consolidation")
    REJECTED = "rejected", _("rejected")
    DEFERRED = "deferred", _("deferred")
    WITHDRAWN = "withdrawn", _("withdrawn")
    ESCALATED = "escalated", _("escalated")


A = ApplicationStatus

APPLICATION_MOVES = Transitions(
    A,
    {
        A.DRAFT: frozenset({A.SIGN_OFF, A.WITHDRAWN}),
        A.SIGN_OFF: frozenset({A.DRAFT, A.SUBMITTED, A.WITHDRAWN}),
        A.SUBMITTED: frozenset({A.CORRECTION, A.CONSOLIDATION, A.REJECTED, A.DEFERRED, A.WITHDRAWN, A.ESCALATED}),
        A.CORRECTION: frozenset({A.SUBMITTED, A.REJECTED, A.DEFERRED, A.WITHDRAWN, A.ESCALATED}),
        A.CONSOLIDATION: frozenset({A.REJECTED, A.DEFERRED, A.WITHDRAWN, A.ESCALATED}),
        A.REJECTED: frozenset(),
        A.DEFERRED: frozenset(),
        A.WITHDRAWN: frozenset(),
        A.ESCALATED: frozenset(),
    },
)  # fmt: skip
EDITABLE = frozenset({A.DRAFT, A.CORRECTION})
BEFORE_SUBMISSION = frozenset({A.DRAFT, A.SIGN_OFF})
UNDER_WAY = frozenset({A.SUBMITTED, A.CORRECTION, A.CONSOLIDATION})
ENDED = frozenset({A.REJECTED, A.DEFERRED, A.WITHDRAWN, A.ESCALATED})


class ApplicationKind(TextChoices):
    NEW = "new", _("new")
    CONTINUED = "continued", _("continued")
    EXTENSION = "extension", _("extension")
    UPGRADE = "upgrade", _("upgrade")
    OPERATION = "operation", _("operation")
    SERVICE = "service", _("service purchase")
    CONSULTANCY = "consultancy", _("consultancy")
    DATA_GOVERNANCE = "data_governance", _("data governance")


BUILDS = frozenset({ApplicationKind.NEW, ApplicationKind.CONTINUED, ApplicationKind.EXTENSION, ApplicationKind.UPGRADE})


class ApplicationClass(TextChoices):
    COMMON = "common", _("common")
    PROFESSIONAL = "professional", _("professional")


class BuildMode(TextChoices):
    OWN = "own", _("own build")
    SERVICE = "service", _("service purchase")
    CENTRAL = "central", _("central build")
    JOINT = "joint", _("joint build")


class EditKind(TextChoices):
    """What a change did to the lines of a draft."""

    ADDED = "added", _("added")
    CHANGED = "changed", _("changed")
    REMOVED = "removed", _("taken out")
    ORDERED = "ordered", _("ordered anew")


class LineKind(TextChoices):
    """A functional module, or the account of another cost item (投资概算)."""

    MODULE = "module", _("functional module")
    FACILITIES = "facilities", _("facilities")
    HARDWARE = "hardware", _("hardware")
    SOFTWARE = "software", _("packaged software")
    DATA = "data", _("data")
    INTEGRATION = "integration", _("integration")
    SECURITY = "security", _("security and cryptography")
    CONSULTING = "consulting", _("consulting")
    DESIGN = "design", _("design")
    TENDER = "tender", _("tender agency")
    SUPERVISION = "supervision", _("supervision")
    TESTING = "testing", _("software testing")
    MLPS_TEST = "mlps_test", _("MLPS test")
    CRYPTOGRAPHY = "cryptography", _("cryptography assessment")
    MANAGEMENT = "management", _("management")
    TRAINING = "training", _("training")
    EXPERT_REVIEW = "expert_review", _("expert review")
    CONTINGENCY = "contingency", _("contingency")
    CLOUD = "cloud", _("cloud services")
    LINES = "lines", _("communication lines")
    MESSAGES = "messages", _("text messages")
    INTERFACES = "interfaces", _("third-party interfaces")
    OPERATION = "operation", _("operation and maintenance")


class ModuleChange(TextChoices):
    NEW = "new", _("new")
    MODIFY = "modify", _("modified")
    REUSE = "reuse", _("reused")


class CatalogAnswer(TextChoices):
    """Whether a module uses the catalog's capability."""

    USE = "use", _("uses it")
    DECLINE = "decline", _("does not use it")


class DataAccess(TextChoices):
    READ = "read", _("reads")
    WRITE = "write", _("writes")


class SystemPart(TextChoices):
    """What an application does with a system of the inventory."""

    CURRENT = "current", _("current state")
    ABSORB = "absorb", _("absorbed")
    REPLACE = "replace", _("replaced")
    RETIRE = "retire", _("retired")


class SectionKey(TextChoices):
    """The narrative of an application (项目申报书), and the five questions."""

    UNIT_PROFILE = "unit_profile", _("unit profile")
    CURRENT_STATE = "current_state", _("current state")
    PROBLEMS = "problems", _("problems")
    NECESSITY = "necessity", _("necessity")
    DEMAND = "demand", _("demand")
    GOALS = "goals", _("goals and content")
    SHARED_USE = "shared_use", _("use of shared capabilities")
    ARCHITECTURE = "architecture", _("architecture")
    DATA_PLAN = "data_plan", _("data plan")
    SECURITY_PLAN = "security_plan", _("security and cryptography")
    CLOUD_NEEDS = "cloud_needs", _("cloud needs")
    INTEGRATION_LIST = "integration_list", _("integration list")
    ABSORBED_SYSTEMS = "absorbed_systems", _("systems to be absorbed, replaced or retired")
    STAFFING = "staffing", _("staffing")
    SCHEDULE = "schedule", _("schedule")
    PROCUREMENT_PLAN = "procurement_plan", _("procurement plan")
    OPERATION_PLAN = "operation_plan", _("operation plan")
    BENEFITS = "benefits", _("benefits and risks")
    TARGETS = "targets", _("performance targets")
    Q_PLAN = "q_plan", _("Does it fit the plan?")
    Q_OVERLAP = "q_overlap", _("Does it overlap with what exists?")
    Q_MODULE = "q_module", _("Could it be a module of an existing system?")
    Q_JOINT = "q_joint", _("Could it be built jointly with others?")
    Q_DATA = "q_data", _("Does it meet the rules for data?")


REQUIRED_SECTIONS = (
    SectionKey.NECESSITY,
    SectionKey.GOALS,
    SectionKey.SHARED_USE,
    SectionKey.ABSORBED_SYSTEMS,
    SectionKey.TARGETS,
)


class ParticipantRole(TextChoices):
    LEAD = "lead", _("lead")
    BENEFICIARY = "beneficiary", _("beneficiary")
    CONTRIBUTING = "contributing", _("contributing")
