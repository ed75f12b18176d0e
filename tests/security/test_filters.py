"""Side doors: a filter by another department's record, a search for its words, an order by its amounts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Model
from django.urls import reverse

from config.api import router
from governance.models import User
from tests.api import V1, Program
from tests.security.town import body_of
from tests.security.walking import SHOWN, signed_in

pytestmark = pytest.mark.django_db
OUTSIDERS = ("touched", "stranger", "head elsewhere", "nobody")
LISTS = {prefix: noun for prefix, noun, _name in router.registry if hasattr(noun, "filterset_class")}
WORDS, DIGITS = "7731", "91735"  # a part of the canary and of its amount: a page repeats what was asked for


@pytest.fixture
def records(scene: SimpleNamespace) -> dict[type[Model], Any]:
    """What an outsider may have guessed of health's: a record of each kind."""
    found = [value for value in vars(scene).values() if isinstance(value, Model)]
    return {type(record): record for record in [scene.here.health, scene.people.health, *found]}


def filters_of(noun: Any) -> dict[str, Any]:
    return dict(noun.filterset_class.base_filters) if noun.filterset_class else {}


@pytest.mark.parametrize("prefix", sorted(LISTS))
def test_no_filter_order_or_search_of_a_program_reaches_what_is_not_in_sight(
    prefix: str, scene: SimpleNamespace, crowd: dict[str, User], records: dict[type[Model], Any]
) -> None:
    noun = LISTS[prefix]
    queries = [{"search": WORDS}] if noun.search_fields else []
    queries += [{"ordering": f"-{name}"} for name in noun.ordering_fields]
    for name, each in filters_of(noun).items():
        if (model := getattr(getattr(each, "queryset", None), "model", None)) in records:
            queries.append({name: records[model].pk})
    for actor in OUTSIDERS:
        program = Program(crowd[actor])
        for query in queries:
            answer = program.get(f"{V1}{prefix}/", query)
            assert answer.status_code in {200, 400, 403}, (actor, query, answer.status_code)
            assert not SHOWN.search(answer.content.decode()), (actor, query)


PAGES = ("projects:list", "projects:export-csv", "catalog:systems", "catalog:systems-csv", "reviews:acts")


@pytest.mark.parametrize("name", PAGES)
def test_no_search_of_a_page_reaches_what_is_not_in_sight(
    name: str, scene: SimpleNamespace, crowd: dict[str, User]
) -> None:
    for actor in OUTSIDERS:
        browser = signed_in(crowd[actor])
        for query in ({"q": WORDS}, {"q": DIGITS}, {"ordering": "-declared"}, {"department": scene.here.health.pk}):
            answer = browser.get(reverse(name), query)
            found = SHOWN.search(body_of(answer))
            assert answer.status_code in {200, 302, 403, 404}, (actor, query)
            assert not found, (actor, query)


def test_a_department_counts_nothing_that_it_does_not_see(scene: SimpleNamespace, crowd: dict[str, User]) -> None:
    """Not even how many others apply."""
    stranger = Program(crowd["stranger"])
    for prefix in ("applications", "lines", "findings", "acts", "opinions", "end-requests"):
        rows = stranger.read(f"{prefix}/")["results"]
        assert len(rows) == {"applications": 1, "lines": 1}.get(prefix, 0), prefix
