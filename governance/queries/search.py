"""What can be found of people, for those who may know who holds which role."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.search import Found, Kind, Words, first_of, hit
from governance.models import User


def people(user: User, words: Words, limit: int) -> Found:
    """People by name and account."""
    rows = User.objects.visible_to(user).filter(words.match("display_name", "username"))
    count, page = first_of(rows, words, limit, number="username", name="display_name")
    hits = [
        hit(words, title=str(row), number=row.username, url=reverse("governance:person", args=[row.pk])) for row in page
    ]
    return Found(count, hits, f"{reverse('governance:people')}?{urlencode({'q': words.phrase})}")


KINDS = (Kind("person", _("People"), "users", people),)
