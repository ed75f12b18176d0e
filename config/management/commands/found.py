"""Begin a real city: its authority, its catalog, and the three administrators who set up everything else."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from catalog.services import starter as catalog
from common.errors import DomainError
from governance.models import Department, Jurisdiction, User
from governance.services import organisation, people
from governance.services.policies import load_default_pack
from governance.states import Level, Role

ADMINISTRATORS = {
    "system": Role.SYSTEM_ADMIN,
    "security": Role.SECURITY_ADMIN,
    "audit": Role.AUDIT_ADMIN,
}


class Command(BaseCommand):
    help = "Found a jurisdiction with its big-data authority and one administrator of each kind."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="short code of the jurisdiction, in Latin letters")
        parser.add_argument("name", help="its name")
        parser.add_argument("authority", help="name of its big-data authority")
        parser.add_argument("--level", choices=Level.values, default=Level.CITY)
        parser.add_argument("--currency", default="CNY")

    @transaction.atomic
    def handle(self, *args: Any, code: str, name: str, authority: str, **options: Any) -> None:
        city = Jurisdiction(code=code, name=name, level=options["level"], currency=options["currency"])
        load_default_pack()
        try:
            city = organisation.found_jurisdiction(city, Department(code="authority", name=authority), by=None)
            catalog.load(city)
            accounts = [self.administrator(city, kind, role) for kind, role in ADMINISTRATORS.items()]
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{name} is founded. Hand these over, each to another person; they are not shown again:")
        for account, password in accounts:
            self.stdout.write(f"  {account:<24} {password}")

    def administrator(self, city: Jurisdiction, kind: str, role: Role) -> tuple[str, str]:
        """One account with its first password."""
        user = User(username=f"{city.code}.{kind}")
        password = people.add_person(user, by=None)
        people.grant(user, city.authority, role, by=None)  # type: ignore[arg-type]
        return user.username, password
