"""Looking for duplicates: screening jobs, findings, verdicts, clusters. Findings are advice."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Capability, SystemFunction
from common.constraints import blank_or_choice, implies, valid_choice
from governance.models import Jurisdiction, Round, User
from governance.states import Role
from projects.models import Application, Line
from projects.rules import SEES_SUBMITTED
from reviews.models.weights import MatchWeights
from reviews.rules import SEES_VERDICTS
from reviews.states import Band, CellWork, JobState, Pool, ScreeningStep, Verdict


class ScreeningQuerySet(models.QuerySet["Screening"]):
    def visible_to(self, user: User) -> ScreeningQuerySet:
        """Those of the jurisdiction, for who judges and for the auditor."""
        acting = user.acting
        if acting is None or acting.role not in SEES_VERDICTS:
            return self.none()
        return self.filter(round__jurisdiction=acting.department.jurisdiction_id)

    def locked(self, pk: int) -> Screening:
        """Read one row and hold it until the transaction ends."""
        return self.select_for_update(of=("self",)).select_related("round").get(pk=pk)


class Screening(models.Model):
    """One run over the modules of a round; its chunks are leased to any number of workers."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="screenings", verbose_name=_("round"))
    state = models.CharField(_("state"), max_length=8, choices=JobState, default=JobState.WAITING)
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    asked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked by")
    )
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    model_id = models.CharField(_("model"), max_length=120, blank=True)
    weights = models.ForeignKey(
        MatchWeights, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("weights")
    )
    is_degraded = models.BooleanField(_("by characters only"), default=False)
    boilerplate = models.JSONField(_("boilerplate"), default=list)
    # of a round too large to hold each module against each: parts of a drawing, what is compared, how often it changed
    shares = models.PositiveIntegerField(default=0)
    corpus = models.CharField(max_length=64, blank=True)
    changes = models.PositiveIntegerField(default=0)

    objects = ScreeningQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("screening")
        verbose_name_plural = _("screenings")
        constraints = [
            valid_choice("state", JobState),
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(state__in=[JobState.WAITING, JobState.RUNNING]),
                name="reviews_screening_one_running",
                violation_error_message=_("This round is being screened already."),
            ),
            implies(
                "finished_has_moment",
                Q(state__in=[JobState.DONE, JobState.FAILED]),
                Q(finished_at__isnull=False),
                _("A finished screening has a moment."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} #{self.pk}"


class ScreeningChunk(models.Model):
    """A part of a screening, claimed by one worker for a time: some applications, or a share of all other texts.

    `attempts` is also whose turn it is: who finds another number than their own has lost the chunk.
    """

    screening = models.ForeignKey(Screening, models.CASCADE, related_name="chunks")
    step = models.CharField(max_length=8, choices=ScreeningStep, default=ScreeningStep.READ)
    cells = models.CharField(max_length=5, choices=CellWork, blank=True)
    number = models.PositiveIntegerField()
    applications = models.JSONField(default=list)
    generic = models.JSONField(default=list)  # modules that are nothing but generic functions
    state = models.CharField(max_length=8, choices=JobState, default=JobState.WAITING)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["step", "number"]
        constraints = [
            models.UniqueConstraint(fields=["screening", "step", "number"], name="reviews_chunk_once"),
            valid_choice("state", JobState),
            valid_choice("step", ScreeningStep),
            blank_or_choice("cells", CellWork),
        ]

    def __str__(self) -> str:
        return f"{self.screening}/{self.cells or self.step}/{self.number}"


class CellResult(models.Model):
    """What a chunk of cells found, as bytes of the engine; gone when its screening has ended."""

    chunk = models.OneToOneField(ScreeningChunk, models.CASCADE, primary_key=True, related_name="result")
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.chunk}"


class TextVector(models.Model):
    """The vector of a text, by the text's key and the model that made it: no text is read twice."""

    model = models.CharField(max_length=120)
    key = models.CharField(max_length=64)
    vector = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "key"], name="reviews_textvector_once")]

    def __str__(self) -> str:
        return f"{self.model} {self.key[:12]}"


NAMES = ("name", "short_name")  # of a department
WORDS = (
    "line", "pool", "band", "score", "pair_key", "other_line__name", "other_line__description",
    "other_line__application__number", "other_line__application__status",
    *(f"other_line__application__department__{name}" for name in NAMES),
    "function__name", "function__description", "function__system__code", "function__system__name",
    "function__system__status", *(f"function__system__owner__{name}" for name in NAMES),
    "capability__code", "capability__name", "capability__status", "capability__services_offered",
    "capability__built_centrally", "capability__keywords", *(f"capability__provider__{name}" for name in NAMES),
)  # fmt: skip


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: User) -> FindingQuerySet:
        """The authority's people see all of the jurisdiction.

        A department sees what was found beside its own modules in the catalog and the inventory, and among its
        own applications: that others apply for the same is not for it to know.
        """
        acting = user.acting
        if acting is None:
            return self.none()
        if acting.role in {Role.CLERK, Role.LEADER}:
            mine = Q(other_line__isnull=True) | Q(other_line__application__department=acting.department_id)
            return self.filter(mine, line__application__department=acting.department_id)
        if acting.role in SEES_SUBMITTED | {Role.AUDITOR}:
            return self.filter(line__application__in=Application.objects.visible_to(user))
        return self.none()

    def worded(self) -> FindingQuerySet:
        """With what is found, for who tells it in words; the evidence stays where it is."""
        places = ("other_line__application__department", "function__system__owner", "capability__provider")
        return self.select_related(*places).only(*WORDS)

    def loaded(self) -> FindingQuerySet:
        """With everything that a page says of them."""
        return self.select_related(
            "line__application__round",
            "other_line__application__department",
            "function__system__owner",
            "capability__provider",
        )

    def unjudged(self) -> FindingQuerySet:
        """Likely or doubtful, and no person of the jurisdiction has said what it is."""
        return self.filter(band__in=[Band.LIKELY, Band.DOUBTFUL]).exclude(models.Exists(_judged()))

    def likely(self) -> FindingQuerySet:
        """Likely duplicates that no person of the jurisdiction has found to be something else."""
        otherwise = _judged().exclude(verdict=Verdict.DUPLICATE)
        return self.filter(band=Band.LIKELY).exclude(models.Exists(otherwise))


def _judged() -> models.QuerySet[PairVerdict]:
    """What people of the jurisdiction said of the pair of a finding."""
    return PairVerdict.objects.filter(
        pair_key=models.OuterRef("pair_key"),
        jurisdiction=models.OuterRef("line__application__round__jurisdiction"),
    )


class Finding(models.Model):
    """What the machine found beside a module; without a match it could not compute an answer."""

    line = models.ForeignKey(Line, models.CASCADE, related_name="findings", verbose_name=_("module"))
    pool = models.CharField(_("pool"), max_length=8, choices=Pool)
    band = models.CharField(_("band"), max_length=8, choices=Band)
    other_line = models.ForeignKey(
        Line, models.CASCADE, null=True, blank=True, related_name="found_by", verbose_name=_("similar module")
    )
    function = models.ForeignKey(
        SystemFunction, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("system function")
    )
    capability = models.ForeignKey(
        Capability, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("capability")
    )
    score = models.FloatField(_("score"), null=True, blank=True)
    pair_key = models.CharField(_("pair"), max_length=64)
    evidence = models.JSONField(_("evidence"), default=dict)
    model_id = models.CharField(_("model"), max_length=120, blank=True)
    found_at = models.DateTimeField(_("found at"), auto_now=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["-score"]
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        indexes = [models.Index(fields=["pair_key"], name="finding_pair")]
        constraints = [
            valid_choice("pool", Pool),
            valid_choice("band", Band),
            models.UniqueConstraint(
                fields=["line", "other_line"], condition=Q(other_line__isnull=False), name="reviews_finding_line_once"
            ),
            models.UniqueConstraint(
                fields=["line", "function"], condition=Q(function__isnull=False), name="reviews_finding_function_once"
            ),
            models.UniqueConstraint(
                fields=["line", "capability"],
                condition=Q(capability__isnull=False),
                name="reviews_finding_capability_once",
            ),
            models.CheckConstraint(
                condition=Q(other_line__isnull=True) | ~Q(other_line=F("line")), name="reviews_finding_not_itself"
            ),
            implies(
                "unmatched_is_doubtful",
                Q(other_line__isnull=True, function__isnull=True, capability__isnull=True),
                Q(band=Band.DOUBTFUL),
                _("What could not be computed is doubtful."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.get_band_display()}"


class PairVerdictQuerySet(models.QuerySet["PairVerdict"]):
    def visible_to(self, user: User) -> PairVerdictQuerySet:
        """Those of the jurisdiction, for who judges and for the auditor."""
        acting = user.acting
        if acting is None or acting.role not in SEES_VERDICTS:
            return self.none()
        return self.filter(jurisdiction=acting.department.jurisdiction_id)


class PairVerdict(models.Model):
    """What a person says of an unordered pair of texts; it survives every new screening.

    Each jurisdiction judges for itself: what one authority takes for different binds no other.
    """

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="verdicts", verbose_name=_("jurisdiction")
    )
    pair_key = models.CharField(_("pair"), max_length=64)
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    left = models.JSONField(_("first text"), default=dict)
    right = models.JSONField(_("second text"), default=dict)
    at = models.DateTimeField(_("at"), auto_now=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))

    objects = PairVerdictQuerySet.as_manager()

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        constraints = [
            valid_choice("verdict", Verdict),
            models.UniqueConstraint(fields=["jurisdiction", "pair_key"], name="reviews_pairverdict_once"),
        ]

    def __str__(self) -> str:
        return str(self.get_verdict_display())


class ClusterQuerySet(models.QuerySet["Cluster"]):
    def visible_to(self, user: User) -> ClusterQuerySet:
        """Those of the jurisdiction, for who judges and for the auditor."""
        acting = user.acting
        if acting is None or acting.role not in SEES_VERDICTS:
            return self.none()
        return self.filter(round__jurisdiction=acting.department.jurisdiction_id)


class Cluster(models.Model):
    """Modules of a round that seem to do the same thing, by machine or put together by hand."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="clusters", verbose_name=_("round"))
    name = models.CharField(_("name"), max_length=300)
    is_manual = models.BooleanField(_("put together by hand"), default=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = ClusterQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("cluster")
        verbose_name_plural = _("clusters")

    def __str__(self) -> str:
        return self.name


class ClusterMember(models.Model):
    """A module stands in one cluster at most."""

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="members")
    line = models.OneToOneField(Line, models.CASCADE, related_name="cluster_membership")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("cluster member")
        verbose_name_plural = _("cluster members")

    def __str__(self) -> str:
        return f"{self.line}"
