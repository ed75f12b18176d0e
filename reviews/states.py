"""Life cycles of acts, dispositions, opinions and lists, and what each disposition does with money."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.transitions import Transitions


class DispositionKind(TextChoices):
    """处置: the decision on one line."""

    KEEP = "keep", _("keep")
    MERGE = "merge", _("merge")
    STRIP = "strip", _("strip")
    REUSE = "reuse", _("reuse")
    REMEDIATE = "remediate", _("remediate")
    REJECT = "reject", _("reject")


class Cause(TextChoices):
    """Why money of a line is saved or held."""

    CUT = "cut", _("cut")
    DUPLICATE = "duplicate", _("duplicate")
    SHARED = "shared", _("shared")
    REUSE = "reuse", _("reuse")
    REJECTED = "rejected", _("rejected")
    OPEN = "open", _("open")
    DEFERRED = "deferred", _("deferred")
    WITHDRAWN = "withdrawn", _("withdrawn")
    ESCALATED = "escalated", _("escalated")
    RENEWED = "renewed", _("renewed")


K = DispositionKind

CAUSE_OF = {
    K.KEEP: Cause.CUT,
    K.REMEDIATE: Cause.CUT,
    K.MERGE: Cause.DUPLICATE,
    K.STRIP: Cause.SHARED,
    K.REUSE: Cause.REUSE,
    K.REJECT: Cause.REJECTED,
}
BUILT = frozenset({K.KEEP, K.REMEDIATE})
MOVED = frozenset({K.MERGE, K.STRIP})
SAVED_CAUSES = (Cause.CUT, Cause.DUPLICATE, Cause.SHARED, Cause.REUSE, Cause.REJECTED)
AVOIDED_CAUSES = (Cause.DUPLICATE, Cause.SHARED, Cause.REUSE)
HELD_CAUSES = (Cause.OPEN, Cause.DEFERRED, Cause.WITHDRAWN, Cause.ESCALATED, Cause.RENEWED)


class DispositionState(TextChoices):
    PENDING = "pending", _("pending")
    LIVE = "live", _("live")
    SUPERSEDED = "superseded", _("superseded")
    UNDONE = "undone", _("undone")
    REOPENED = "reopened", _("reopened: target gone")
    ENDED = "ended", _("ended with its application")


D = DispositionState

DISPOSITION_MOVES = Transitions(
    D,
    {
        D.PENDING: frozenset({D.LIVE}),
        D.LIVE: frozenset({D.SUPERSEDED, D.UNDONE, D.REOPENED, D.ENDED}),
        D.SUPERSEDED: frozenset({D.LIVE, D.UNDONE, D.REOPENED, D.ENDED}),
        D.UNDONE: frozenset(),
        D.REOPENED: frozenset(),
        D.ENDED: frozenset(),
    },
)


class ActStatus(TextChoices):
    """统筹决定: decided, objected to and undone as a whole."""

    PLANNED = "planned", _("plan")
    PROPOSED = "proposed", _("proposed")
    CONFIRMED = "confirmed", _("confirmed")
    CONTESTED = "contested", _("contested")
    UNDONE = "undone", _("undone")
    DISCARDED = "discarded", _("discarded")


S = ActStatus

ACT_MOVES = Transitions(
    S,
    {
        S.PLANNED: frozenset({S.PROPOSED, S.DISCARDED}),
        S.PROPOSED: frozenset({S.PLANNED, S.CONFIRMED}),
        S.CONFIRMED: frozenset({S.CONTESTED, S.UNDONE}),
        S.CONTESTED: frozenset({S.CONFIRMED, S.UNDONE}),
        S.UNDONE: frozenset(),
        S.DISCARDED: frozenset(),
    },
)
STANDING = frozenset({S.CONFIRMED, S.CONTESTED})


class OpinionState(TextChoices):
    """征求意见: what a touched department says to a confirmed act."""

    AWAITING = "awaiting", _("awaited")
    AGREED = "agreed", _("agrees")
    OBJECTED = "objected", _("objects")
    SILENT = "silent", _("silent: agreed by time")


O = OpinionState  # noqa: E741

OPINION_MOVES = Transitions(
    O,
    {
        O.AWAITING: frozenset({O.AGREED, O.OBJECTED, O.SILENT}),
        O.AGREED: frozenset(),
        O.OBJECTED: frozenset(),
        O.SILENT: frozenset(),
    },
)


class RequestStatus(TextChoices):
    """能力使用申请: how far the request for a capability of the catalog is."""

    ASKED = "asked", pgettext_lazy("capability request", "asked for")
    GRANTED = "granted", pgettext_lazy("capability request", "granted")
    REFUSED = "refused", pgettext_lazy("capability request", "refused")
    ENDED = "ended", pgettext_lazy("capability request", "ended")


R = RequestStatus

REQUEST_MOVES = Transitions(
    R,
    {
        R.ASKED: frozenset({R.GRANTED, R.REFUSED, R.ENDED}),
        R.GRANTED: frozenset({R.ENDED}),
        R.REFUSED: frozenset(),
        R.ENDED: frozenset(),
    },
)
OPEN_REQUESTS = (R.ASKED, R.GRANTED)


class MoneyPart(TextChoices):
    OWN = "own", _("own part")
    MOVED = "moved", _("transferred")


class ListStatus(TextChoices):
    """What a project is on its round's annual list."""

    LISTED = "listed", _("listed")
    RESERVE = "reserve", _("reserve")
    LAPSED = "lapsed", _("lapsed")
    RENEWED = "renewed", _("renewed")


L = ListStatus

LIST_MOVES = Transitions(
    L,
    {
        L.LISTED: frozenset({L.RESERVE, L.RENEWED}),
        L.RESERVE: frozenset({L.LISTED, L.LAPSED}),
        L.LAPSED: frozenset(),
        L.RENEWED: frozenset(),
    },
)
GONE = {L.LAPSED: Cause.DEFERRED, L.RENEWED: Cause.RENEWED}


class Outcome(TextChoices):
    """What became of an application: computed, never stored."""

    UNDER_REVIEW = "under_review", _("under review")
    LISTED = "listed", _("listed")
    RESERVE = "reserve", _("reserve")
    CONSOLIDATED = "consolidated", _("consolidated")
    SERVED = "served", _("served by existing")
    REJECTED = "rejected", _("rejected")
    DEFERRED = "deferred", _("deferred")
    WITHDRAWN = "withdrawn", _("withdrawn")
    ESCALATED = "escalated", _("escalated")
    RENEWED = "renewed", _("renewed")


class Verdict(TextChoices):
    """What a person says of two texts."""

    DUPLICATE = "duplicate", _("duplicate")
    RELATED = "related", _("related")
    DIFFERENT = "different", _("different")


class Band(TextChoices):
    """What the machine says of two texts: advice, never a decision."""

    LIKELY = "likely", _("likely duplicate")
    LOOK = "look", _("worth a look")
    DOUBTFUL = "doubtful", _("doubtful")


class Pool(TextChoices):
    """Where duplicates are looked for."""

    ROUND = "round", _("the same round")
    EARLIER = "earlier", _("earlier rounds and projects under way")
    SYSTEMS = "systems", _("running systems")
    CATALOG = "catalog", _("catalog capabilities")


class JobState(TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class ScreeningStep(TextChoices):
    """Boilerplate is found, every text is read (embedded), all are compared, what is alike is grouped."""

    PREPARE = "prepare", _("looking for wording that everybody uses")
    READ = "read", _("reading")
    COMPARE = "compare", _("comparing")
    GROUP = "group", _("grouping")


class CellWork(TextChoices):
    """What is done before a large round is compared: its modules go into cells, and each cell is searched."""

    PLACE = "place", _("sorting by likeness")
    PAIR = "pair", _("looking for the nearest")


class WeightsState(TextChoices):
    """权重: what became of weights that were learnt from verdicts."""

    CANDIDATE = "candidate", pgettext_lazy("weights", "candidate")
    ACTIVE = "active", pgettext_lazy("weights", "in use")
    RETIRED = "retired", pgettext_lazy("weights", "set aside")
    REFUSED = "refused", pgettext_lazy("weights", "refused")


W = WeightsState

WEIGHTS_MOVES = Transitions(
    W,
    {
        W.CANDIDATE: frozenset({W.ACTIVE}),
        W.ACTIVE: frozenset({W.RETIRED}),
        W.RETIRED: frozenset({W.ACTIVE}),
        W.REFUSED: frozenset(),
    },
)
