"""The API's router: every app's nouns under /api/v1/. An app's `api.py` lists its own in `NOUNS`."""

from __future__ import annotations

from common.api.routing import Router
from common.api.tokens import TokenViewSet

router = Router()
for nouns in ({"auth/tokens": TokenViewSet},):
    for address, noun in nouns.items():
        router.register(address, noun, basename=address.replace("/", "-"))
