"""Fill a new installation: the default policy pack, and if wanted a city to look at."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.errors import DomainError
from config import demo, starter
from governance.models import Jurisdiction
from governance.services.policies import load_default_pack

MAKERS = {"whole": demo.build, "offices": demo.found}


class Command(BaseCommand):
    help = "Load the default policy pack; with --demo also a demonstration city, if there is none. May run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        told = "whole: with three years of work; offices: its people and an open round"
        parser.add_argument("--demo", choices=MAKERS, nargs="?", const="whole", help=told)

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_default_pack()
        self.stdout.write(f"default policy pack: {loaded} values loaded")
        if not options["demo"]:
            return
        if Jurisdiction.objects.exists():
            self.stdout.write("demonstration city: not made, there is a jurisdiction already")
            return
        try:
            MAKERS[options["demo"]]()
        except DomainError as error:
            raise CommandError(str(error)) from error
        starter.tell(self.stdout)  # type: ignore[arg-type]
