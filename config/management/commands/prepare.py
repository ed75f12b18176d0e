"""Bring an installation up to date before its processes start."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from config import starter


class Command(BaseCommand):
    help = "Migrate the database and load what work cannot begin without; may run at every start."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=options["verbosity"])
        starter.load()
