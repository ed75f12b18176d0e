"""What can be found of acts."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.search import Found, Kind, Words, first_of, hit
from governance.models import User
from reviews.models import Act


def acts(user: User, words: Words, limit: int) -> Found:
    """Acts by number, title and reason."""
    rows = Act.objects.visible_to(user).filter(words.match("number", "title", "reason"))
    count, page = first_of(rows, words, limit, number="number", name="title")
    hits = [
        hit(
            words,
            title=row.title or row.number,
            number=row.number,
            texts=(row.reason,),
            state=row.get_status_display(),
            url=reverse("reviews:act", args=[row.pk]),
        )
        for row in page
    ]
    return Found(count, hits)


KINDS = (Kind("act", _("Acts"), "gavel", acts),)
