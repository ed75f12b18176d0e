"""Fill a new installation: the default policy pack, and if wanted a city to look at."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.errors import DomainError
from config import demo, starter
from governance.models import Jurisdiction
from governance.services.policies import load_default_pack


class Command(BaseCommand):
    help = "Load the default policy pack; with --demo also a small city, if there is none. May run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="a city with a person for every role")

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_default_pack()
        self.stdout.write(f"default policy pack: {loaded} values loaded")
        if not options["demo"]:
            return
        if Jurisdiction.objects.exists():
            self.stdout.write("demonstration city: not made, there is a jurisdiction already")
            return
        try:
            starter.tell(demo.build(), self.stdout)  # type: ignore[arg-type]
        except DomainError as error:
            raise CommandError(str(error)) from error
