"""`manage.py reconcile`: prove that every fen stands in one place."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand

from budgets.queries.reconcile import Report, reconcile
from reviews.queries.standing import rolled_up


class Command(BaseCommand):
    """Recompute from lines, live decisions and transfers; compare with components, lists and budget."""

    help = "Recompute all money; print the identity per round; exit 1 and name each row that differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="print differences only")

    def handle(self, *args: Any, quiet: bool, **options: Any) -> None:
        report = reconcile()
        if not quiet:
            self._print(report)
        for difference in report.differences:
            self.stderr.write(difference)
        if not report.is_clean:
            self.stderr.write(f"{len(report.differences)} differences")
            raise SystemExit(1)
        if not quiet:
            self.stdout.write("every fen stands in one place")

    def _print(self, report: Report) -> None:
        for entry in report.rounds:
            parts, currency = entry.parts, entry.round.jurisdiction.currency
            self.stdout.write(f"{entry.round.jurisdiction} · {entry.round} ({currency}, {parts.lines} lines)")
            rows = [("declared", parts.declared), ("own", parts.own), ("transferred", parts.transferred)]
            rows += [(f"saved: {cause}", amount) for cause, amount in sorted(parts.saved.items())]
            rows += [(f"held: {cause}", amount) for cause, amount in sorted(parts.held.items())]
            for name, amount in rows:
                self.stdout.write(f"  {name:<20}{amount:>22,.2f}")
            self.stdout.write(f"  {'unknown amounts':<20}{parts.unknown:>22}")
        for currency, parts in sorted(rolled_up().items()):
            self.stdout.write(f"all levels and years, each yuan once: {parts.declared:,.2f} {currency}")
