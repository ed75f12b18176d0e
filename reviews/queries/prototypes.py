"""What people said of modules and shared capabilities, as examples and counter-examples of the capabilities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from matching.prototypes import Examples
from reviews.models import Disposition, Finding, PairVerdict
from reviews.states import DispositionKind, Verdict

Said = Iterable[tuple[int, int]]  # modules and capabilities


@dataclass(frozen=True)
class Prototypes:
    """By capability, the modules that people confirmed and those that they denied."""

    confirmed: dict[int, list[int]]
    denied: dict[int, list[int]]

    @property
    def lines(self) -> set[int]:
        return {pk for of in (self.confirmed, self.denied) for pks in of.values() for pk in pks}

    def of(self, capabilities: Iterable[int]) -> dict[str, Examples]:
        """As the engine names them."""
        return {
            f"capability-{pk}": Examples(
                entries=[f"capability-{pk}"],
                confirmed=[f"line-{line}" for line in self.confirmed.get(pk, ())],
                denied=[f"line-{line}" for line in self.denied.get(pk, ())],
            )
            for pk in capabilities
        }


def prototypes(jurisdiction: int) -> Prototypes:
    """Of the verdicts, and of the decisions that stand: what is stripped in favour of a capability does what it does."""
    rows = Disposition.objects.live().filter(kind=DispositionKind.STRIP, capability__isnull=False)
    decided = rows.filter(line__application__round__jurisdiction=jurisdiction).order_by()
    denied = set(_judged(jurisdiction, Verdict.DIFFERENT))
    confirmed = set(decided.values_list("line", "capability")) | set(_judged(jurisdiction, Verdict.DUPLICATE))
    return Prototypes(_by_capability(confirmed - denied), _by_capability(denied))


def _judged(jurisdiction: int, verdict: Verdict) -> Said:
    said = PairVerdict.objects.filter(jurisdiction=jurisdiction, verdict=verdict).values("pair_key")
    rows = Finding.objects.filter(
        pair_key__in=said, capability__isnull=False, line__application__round__jurisdiction=jurisdiction
    )
    return rows.order_by().values_list("line", "capability")


def _by_capability(said: Said) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for line, capability in sorted(said):
        found[capability].append(line)
    return dict(found)
