"""What people keep about lists, for themselves alone: no record of the city changes, and the trail holds none of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from common.errors import DomainError, demand, sentences
from governance.models import SavedView, User

MOST = 12  # views of a list: more tabs than anybody finds again
PASSING = ("saved", "page", "cursor")  # where one stands in a list, not what one asks of it
COLUMNS, LONGEST, LISTS = 40, 40, 40
SLUG = re.compile(r"[\w-]{1,40}", re.ASCII)


def question(query: str) -> str:
    """What a list is asked, without where one stands in it; the same question always reads the same."""
    pairs = parse_qsl(query.removeprefix("?"), max_num_fields=100)
    return urlencode(sorted((name, value) for name, value in pairs if name not in PASSING))


@transaction.atomic
def save_view(page: str, *, name: str, query: str, by: User) -> SavedView:
    """Keep a question under a name; a view of this name takes the new question."""
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    own = SavedView.objects.filter(user=by, page=page)
    view = own.filter(name=name.strip()).first()
    if view is None:
        demand(
            own.count() < MOST,
            _("You have %(most)s views of this list already: remove one first.") % {"most": MOST},
        )
        last = own.aggregate(last=Max("position"))["last"] or 0
        view = SavedView(user=by, page=page, name=name.strip(), position=last + 1)
    view.query = question(query)
    return _stored(view)


@transaction.atomic
def rename_view(view: SavedView, name: str, *, by: User) -> SavedView:
    """Give one's own view another name."""
    view = _own(view, by)
    view.name = name.strip()
    return _stored(view)


@transaction.atomic
def remove_view(view: SavedView, *, by: User) -> None:
    """Take one's own view away; the list and its rows stay as they are."""
    _own(view, by).delete()


@transaction.atomic
def arrange_list(page: str, columns: Iterable[str], *, is_dense: bool, by: User) -> User:
    """Remember which columns of a list the person wants, and how high its rows are."""
    user = User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    demand(
        SLUG.fullmatch(page) and (page in user.lists or len(user.lists) < LISTS),
        _("This list is unknown: reload the page."),
    )
    wanted = [column[:LONGEST] for column in columns][:COLUMNS]
    user.lists = {**user.lists, page: {"columns": wanted, "dense": is_dense}}
    user.save(update_fields=["lists"])
    return user


def _own(view: SavedView, by: User) -> SavedView:
    found = SavedView.objects.select_for_update(of=("self",)).filter(pk=view.pk, user=by).first()
    if found is None:
        raise DomainError(_("This view is gone: reload the page."))
    return found


def _stored(view: SavedView) -> SavedView:
    try:
        view.full_clean()
    except ValidationError as error:
        raise DomainError(_("This view cannot be saved:"), items=sentences(view, error)) from error
    view.save()
    return view
