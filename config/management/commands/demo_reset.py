"""Make the demonstration city anew: whatever was done in it is gone."""

from __future__ import annotations

import shutil
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from config import demo, starter
from config.demo import vectors
from governance.models import Jurisdiction, User


class Command(BaseCommand):
    help = "Empty the database of a demonstration city and make it anew. Refused where it holds another city."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--keep-vectors", action="store_true", help="ship the vectors of its texts with the product"
        )

    def handle(self, *args: Any, keep_vectors: bool, **options: Any) -> None:
        if settings.PUBLIC or not settings.DEMO_CITY:
            raise CommandError("This server is made for real work: nothing is emptied.")
        call_command("migrate", verbosity=0)
        if Jurisdiction.objects.exists() and not is_demonstration():
            raise CommandError("The database holds another city than the demonstration: nothing is emptied.")
        call_command("flush", interactive=False, verbosity=0)
        shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
        starter.load(self.stdout)  # type: ignore[arg-type]
        if keep_vectors:
            self.stdout.write(f"{vectors.keep()} vectors kept")


def is_demonstration() -> bool:
    """Whether the head signs in with the published password."""
    head = User.objects.filter(username="head").first()
    return head is not None and head.check_password(demo.PASSWORD)
