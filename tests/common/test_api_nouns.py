"""What holds for every noun and verb of every app."""

from __future__ import annotations

import re

import pytest
from rest_framework.relations import ManyRelatedField, RelatedField

from common.api.nouns import Noun
from common.api.serializers import Strict, VisibleRelatedField
from config.api import router
from governance.models import User
from tests.api import Program, refused

# Tokens are no record of the business: test_api_tokens.py.
NOUNS = [pytest.param(noun, id=prefix) for prefix, noun, _ in router.registry if prefix != "auth/tokens"]
# Moved by verbs, kept by services: never a field that somebody sends.
PROTECTED = re.compile(r"^(id|version|status|stage|is_stale|.*_at|.*decided.*|.*approved.*)$")
# What is entered may exist already, and then says in which state it is; from then on verbs move it.
STATUS_AT_ENTRY = {"CapabilitySerializer", "SystemSerializer"}
PEOPLE = {"MembershipSerializer.user"}
OPEN_TO_ALL = {"act-as", "mark-all-read"}  # of oneself only


def verbs(noun):
    return noun.get_extra_actions()


def bodies(noun):
    """The serializers of everything that may be sent to a noun."""
    found = [action.kwargs["takes"]() for action in verbs(noun) if action.kwargs.get("takes")]
    for act in ("create", "partial_update"):
        if hasattr(noun, act):
            view = noun(action=act, request=None)
            found.append(view.get_serializer_class()(partial=act == "partial_update"))
    return found


def written(serializer):
    """Every writable field, of nested serializers too."""
    for name, field in serializer.fields.items():
        if field.read_only:
            continue
        inner = getattr(field, "child", None) or field
        yield name, inner
        if hasattr(inner, "fields"):
            yield from written(inner)


@pytest.mark.parametrize("noun", NOUNS)
def test_related_records_are_looked_for_in_sight_only(noun):
    for serializer in bodies(noun):
        for name, field in written(serializer):
            related = field.child_relation if isinstance(field, ManyRelatedField) else field
            if isinstance(related, RelatedField):
                assert isinstance(related, VisibleRelatedField), f"{type(serializer).__name__}.{name}"
                model = related.queryset.model
                assert hasattr(model.objects, "visible_to"), model
                assert model is not User or f"{type(serializer).__name__}.{name}" in PEOPLE


@pytest.mark.parametrize("noun", NOUNS)
def test_what_services_keep_is_not_written(noun):
    for serializer in bodies(noun):
        kind = type(serializer).__name__
        at_entry = {"status"} if kind in STATUS_AT_ENTRY and not serializer.partial else set()
        assert {name for name, _ in written(serializer) if PROTECTED.match(name)} <= at_entry, kind


@pytest.mark.parametrize("noun", NOUNS)
def test_unknown_fields_are_refused_everywhere(noun):
    assert all(isinstance(serializer, Strict) for serializer in bodies(noun))


@pytest.mark.parametrize("noun", NOUNS)
def test_every_change_demands_a_permission(noun):
    for act in {"create", "partial_update", "destroy"} & set(dir(noun)):
        assert noun.permissions.get(act), act
    for action in verbs(noun):
        if getattr(action, "is_write", False) and action.url_path not in OPEN_TO_ALL:
            assert action.permission, action.url_path


@pytest.mark.parametrize("noun", NOUNS)
def test_every_list_can_be_paged(noun):
    if issubclass(noun, Noun):
        assert noun.ordering
        assert noun.pagination_class is not None


@pytest.mark.parametrize("prefix", [prefix for prefix, _, _ in router.registry])
def test_strangers_are_asked_who_they_are(prefix):
    for path in (f"/api/v1/{prefix}/", f"/api/v1/{prefix}/1/"):
        for method in ("get", "post", "patch", "delete"):
            refused(getattr(Program(), method)(path), 401, "not_authenticated")
