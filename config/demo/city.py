"""Making the city: its offices, and three years of their work."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.errors import demand
from config.demo.accounts import person
from config.demo.inventory import Inventory
from config.demo.moments import Agenda, Season
from config.demo.offices import found_city
from config.demo.years import PastYear, RunningYear
from governance.models import Jurisdiction, Round
from governance.queries.working_days import add_working_days
from governance.services import rounds
from governance.services.policies import Basis, load_default_pack, set_policy

DAYS_OPEN = 30
REVIEW_DAYS = 45  # the city reads all applications of the year together, and takes longer than the default
RUNS_SINCE = 58  # working days that the round of today is open
FIRST, SECOND, NOW = 2025, 2026, 2027  # the years of the content


@transaction.atomic
def found() -> None:
    """The city's offices and people with an open round, and nothing in it yet."""
    _demand_allowed()
    person.cache_clear()
    found_city()
    city, today = Jurisdiction.objects.get(parent=None), timezone.localdate()
    batch = Round(
        jurisdiction=city,
        year=today.year + 1,
        batch=1,
        name=f"{today.year + 1} 年度第一批",
        closes_on=add_working_days(today, DAYS_OPEN),
    )
    rounds.open_round(rounds.create_round(batch, by=person("head")), by=person("head"))
    person.cache_clear()


def build() -> None:
    """The whole city. What fails leaves the database as empty as it was."""
    _demand_allowed()
    person.cache_clear()
    try:
        with override(settings.LANGUAGE_CODE):
            _story().run()
    except BaseException:
        call_command("flush", interactive=False, verbosity=0)
        load_default_pack()
        raise
    finally:
        person.cache_clear()


def _demand_allowed() -> None:
    """Refused: on a server that others can reach, and beside a jurisdiction that is there."""
    demand(not settings.PUBLIC, _("The demonstration city has a published password: it is only made on this machine."))
    demand(not Jurisdiction.objects.exists(), _("There is a jurisdiction already: the demonstration city needs none."))


def _story() -> Agenda:
    """Everything that happens, by its day: a year lies between two rounds."""
    agenda, today = Agenda(), timezone.localdate()
    opens = Season(today).day(-RUNS_SINCE)
    before = Season(_years_before(opens, 2) - timedelta(days=120))

    def begin() -> None:
        city = found_city()
        rule = Basis("江城市政务信息化项目管理办法", timezone.localdate(), clause="第十七条", is_verified=True)
        set_policy(city, "review_days", REVIEW_DAYS, rule, by=person("head"))
        inventory = Inventory(city)
        for number, (office, enter) in enumerate(inventory.offices().items()):
            agenda.at(before.at(2 + number % 20, office), enter)
        agenda.at(before.at(23), inventory.link)
        agenda.at(before.at(25), inventory.register_data)
        agenda.at(Season(opens).at(5, "attest"), inventory.attest)
        for content, ago in ((FIRST, 2), (SECOND, 1)):
            past = PastYear(agenda, inventory, city, _years_before(opens, ago), today.year + 1 - ago)
            past.plan(content)
            if (last_day := date(past.year, 12, 31)) < today:
                agenda.at(Season(last_day).at(0), past.end)
        RunningYear(agenda, inventory, city, opens, today.year + 1).plan(NOW, RUNS_SINCE)

    agenda.at(before.at(0), begin)
    return agenda


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years, day=min(day.day, 28))
