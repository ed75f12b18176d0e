"""What reviewers decide on a line: the rule by which the story goes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from catalog.models import Capability
from config.demo.applying import Paper
from config.demo.content import library, lot, phrases, pick
from config.demo.inventory import Inventory
from projects.models import Line
from projects.states import LineKind
from reviews.services.plan import Choice
from reviews.states import DispositionKind as K

THOUSAND = Decimal(1_000)
ADAPTER = Decimal("0.10")  # what an office still needs to use what another one builds
CONFIGURATION = Decimal("0.12")  # what it needs to use a shared capability
PAID_IN = Decimal("0.35")  # what it pays into the component of another one
LEADS = Decimal("0.95")  # what the one who builds keeps
DAYS = 150  # until a condition is met


class Choosing:
    """Choices for the lines of these applications."""

    def __init__(self, papers: Iterable[Paper], keys: dict[int, str], inventory: Inventory) -> None:
        self.papers = {line.pk: paper for paper in papers for line in paper.lines}
        self.keys, self.inventory = keys, inventory

    def of_function(self, key: str, lines: list[Line], lead: Line | None) -> list[Choice]:
        """Strip what the catalog has; else the dearest is kept, and the others go into it."""
        if capability := self._running(lines[0]):
            return [_stripped(line, capability) for line in lines]
        lead = lead or dearest(lines)
        kept = Choice(lead.pk, K.KEEP, _share(lead, LEADS), note="牵头建设，接口向全市开放。")
        return [kept, *(self._joined(line, lead, key) for line in lines if line.pk != lead.pk)]

    def of_rest(self, lines: list[Line]) -> list[Choice]:
        """What stands alone: mostly kept, often for less, sometimes on a condition or not at all."""
        return [self._alone(line) for line in lines]

    def _joined(self, line: Line, lead: Line, key: str) -> Choice:
        drawn = lot(9, key, line.pk)
        if drawn == 0:
            return Choice(line.pk, K.REJECT, note=_words(K.REJECT, line))
        if drawn == 1 and (system := self.inventory.system_with(key)):
            note = f"{system.owner}“{system.name}”已有此功能并在运行，利旧改造，不另行开发。"
            return Choice(line.pk, K.REUSE, _share(line, ADAPTER), system=system.pk, note=note)
        moved = _share(line, min(PAID_IN, self.papers[line.pk].payable))
        builder = self.papers[lead.pk].application.department
        note = f"与{builder}“{lead.name}”功能一致，并入其统一建设，本单位保留接入费用。"
        return Choice(line.pk, K.MERGE, _share(line, ADAPTER), moved, target_line=lead.pk, note=note)

    def _alone(self, line: Line) -> Choice:
        if line.rate is not None:
            return Choice(line.pk, K.KEEP)
        if capability := self._running(line):
            return _stripped(line, capability)
        return self._module(line) if line.is_module else _item(line)

    def _module(self, line: Line) -> Choice:
        drawn = lot(12, "rest", line.name, line.application_id)
        if drawn == 0:
            return Choice(line.pk, K.REJECT, note=_words(K.REJECT, line))
        if drawn in {1, 2}:
            due = timezone.localdate() + timedelta(days=DAYS)
            conditions = (("数据按目录编目并挂接到共享交换平台后方可组织验收", due),)
            return Choice(line.pk, K.REMEDIATE, conditions=conditions, note=_words(K.REMEDIATE, line))
        return _cut(line) if drawn < 7 else Choice(line.pk, K.KEEP)

    def _running(self, line: Line) -> Capability | None:
        """The capability of the catalog that does what the module asks for, if it runs."""
        key = self.keys.get(line.pk)
        wanted = library()[key]["capability"] if key else ""
        capability = self.papers[line.pk].city.capabilities[wanted] if wanted else None
        return capability if capability and capability.is_running else None


def dearest(lines: list[Line]) -> Line:
    """The one that asks for most; of equals the first."""
    return max(lines, key=lambda one: (one.declared or Decimal(), -one.pk))


def _stripped(line: Line, capability: Capability) -> Choice:
    own = _share(line, CONFIGURATION)
    note = f"“{capability.name}”已统一提供，按目录申请使用，只保留业务侧的接入费用。"
    return Choice(line.pk, K.STRIP, own, capability=capability.pk, note=note)


def _item(line: Line) -> Choice:
    """Hardware that the cloud has is not bought; other items are mostly as asked for."""
    drawn = lot(4, line.name, line.pk)
    if line.kind == LineKind.HARDWARE and drawn < 2:
        return Choice(line.pk, K.REJECT, note="政务云已有余量，不再单独购置。")
    return _cut(line) if drawn == 3 else Choice(line.pk, K.KEEP)


def _cut(line: Line) -> Choice:
    left = Decimal(80 + lot(15, line.name)) / 100
    return Choice(line.pk, K.KEEP, _share(line, left), note=_words(K.KEEP, line))


def _share(line: Line, share: Decimal) -> Decimal:
    """A part of the declared amount, in whole thousands of yuan."""
    wanted = ((line.declared or Decimal()) * share / THOUSAND).to_integral_value() * THOUSAND
    return min(wanted, line.declared or Decimal())


def _words(kind: K, line: Line) -> str:
    return str(pick([row for row in phrases("opinion") if row["kind"] == kind], line.name, line.pk)["text"])
