"""People and their roles, for programs of administrators."""

from __future__ import annotations

from typing import Any, ClassVar

from django_filters.filterset import filterset_factory
from django_filters.rest_framework import FilterSet
from rest_framework import serializers

from common.api.nouns import Creatable, Noun, verb
from common.api.serializers import ModelSerializer, Serializer
from governance.filters import PeopleFilter
from governance.models import Membership, User
from governance.services import people


class PersonSerializer(ModelSerializer):
    """An account."""

    email = serializers.CharField(read_only=True)  # may be empty, which is no address

    class Meta:
        model = User
        fields = ("id", "username", "display_name", "email", "phone", "is_active", "last_login")
        read_only_fields = fields


class PersonNoun(Noun):
    """Who holds or held a role in the jurisdiction, and who has none yet.

    Accounts are opened, and passwords given, on the page only: a program that reads passwords keeps them.
    """

    queryset = User.objects.all()
    serializer_class = PersonSerializer
    filterset_class = PeopleFilter
    ordering_fields = ("username", "display_name")
    ordering = ("username",)
    permissions: ClassVar = {"list": "governance.view_people", "retrieve": "governance.view_user"}

    def get_queryset(self) -> Any:
        return User.objects.visible_to(self.request.user)  # type: ignore[arg-type]

    @verb("governance.manage_user")
    def switch_on(self, person: User, *, by: User) -> User:
        """Let the account in again."""
        return people.set_active(person, is_active=True, by=by)

    @verb("governance.manage_user")
    def switch_off(self, person: User, *, by: User) -> User:
        """Let the account in no more; its roles rest."""
        return people.set_active(person, is_active=False, by=by)


class MembershipSerializer(ModelSerializer):
    """A person holds a role in a department for a time."""

    person_name = serializers.CharField(source="user", read_only=True)
    department_name = serializers.CharField(source="department.name", read_only=True)

    class Meta:
        model = Membership
        fields = ("id", "user", "person_name", "department", "department_name", "role", "valid_from", "valid_to")
        read_only_fields = ("valid_from",)
        extra_kwargs: ClassVar = {"valid_to": {"help_text": "last day"}}


class LastDay(Serializer):
    """After which day the role ends; without one, at once."""

    last_day = serializers.DateField(required=False)


class MembershipNoun(Creatable, Noun):
    """Who holds which role where. Roles are given and ended, never rewritten."""

    queryset = Membership.objects.select_related("user", "department")
    serializer_class = MembershipSerializer
    filterset_class = filterset_factory(Membership, FilterSet, ["user", "department", "role"])
    ordering_fields = ("valid_from", "valid_to")
    permissions: ClassVar = {
        "list": "governance.view_people",
        "retrieve": "governance.view_membership",
        "create": "governance.grant_role",
    }
    create_within = "user"

    def create_record(self, *, by: User, user: User, valid_to: Any = None, **fields: Any) -> Membership:
        return people.grant(user, **fields, by=by, until=valid_to)

    @verb("governance.manage_membership", takes=LastDay)
    def end(self, membership: Membership, *, by: User, last_day: Any = None) -> None:
        """End the role; one that would never have held is gone."""
        people.end(membership, by=by, last_day=last_day)
