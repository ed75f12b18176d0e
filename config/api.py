"""The API's addresses: every app lists its nouns in `NOUNS` of its `api.py`, joined here under /api/v1/."""

from __future__ import annotations

from budgets import api as budgets
from catalog import api as catalog
from common.api.routing import Router
from common.api.tokens import TokenViewSet
from config.search.api import SearchNoun
from governance import api as governance
from projects import api as projects
from reviews import api as reviews

router = Router()
JOINED = (
    {"auth/tokens": TokenViewSet, "search": SearchNoun},
    governance.NOUNS,
    catalog.NOUNS,
    projects.NOUNS,
    reviews.NOUNS,
    budgets.NOUNS,
)
for nouns in JOINED:
    for address, noun in nouns.items():
        router.register(address, noun, basename=address.replace("/", "-"))
