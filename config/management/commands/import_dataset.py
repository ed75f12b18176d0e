"""`manage.py import_dataset NAME`, or `import_dataset PATH --map MAP --round ID`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from common.errors import DomainError
from config import datasets
from governance.models import Round


class Command(BaseCommand):
    """Bring a bundled dataset, or a city's own file, into the register: all of it, or nothing."""

    help = "Import a bundled dataset by its name, or a CSV or XLSX file by a map into a round."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help=f"one of {', '.join(datasets.names())}, or the path of a file")
        parser.add_argument("--map", type=Path, help="the map (TOML) of a file")
        parser.add_argument("--round", help="the round to import a file into: its id, or JURISDICTION/YEAR/BATCH")

    def handle(self, *args: Any, name: str, map: Path | None, round: str | None, **options: Any) -> None:
        try:
            if map is None and round is None:
                told = datasets.import_bundled(name)
            elif map is None or round is None:
                raise CommandError("a file needs both --map and --round")
            else:
                told = datasets.import_file(Path(name), map, self._round(round))
        except DomainError as error:
            raise CommandError("\n  ".join([str(error.args[0]), *error.items])) from error
        self.stdout.write(told)

    def _round(self, text: str) -> Round:
        jurisdiction, _, rest = text.partition("/")
        year, _, batch = rest.partition("/")
        rounds = Round.objects.filter(pk=text) if text.isdigit() else Round.objects.none()
        if year.isdigit() and batch.isdigit():
            rounds = Round.objects.filter(jurisdiction__code=jurisdiction, year=year, batch=batch)
        found = rounds.first()
        if found is None:
            raise CommandError(f"there is no round {text}")
        return found
