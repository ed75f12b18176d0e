"""What concerns a person, for programs that act as them."""

from __future__ import annotations

from typing import Any

from django_filters.filterset import filterset_factory
from django_filters.rest_framework import FilterSet
from rest_framework import serializers

from common.api.nouns import Noun, verb
from common.api.serializers import ModelSerializer, Serializer
from governance.models import Notification, User
from governance.services import notifications


class NotificationSerializer(ModelSerializer):
    """Something that happened or runs out; `action` is what the audit trail calls it, or term.near, term.over."""

    class Meta:
        model = Notification
        fields = ("id", "membership", "kind", "action", "title", "text", "url", "who", "at", "read_at")
        read_only_fields = fields


class ReadSerializer(Serializer):
    """How many were new."""

    count = serializers.IntegerField()


class NotificationNoun(Noun):
    """One's own notifications, in all roles."""

    queryset = Notification.objects.all()
    serializer_class = NotificationSerializer
    filterset_class = filterset_factory(Notification, FilterSet, {"kind": ["exact"], "read_at": ["isnull"]})
    ordering = ("-at", "-pk")

    @verb("governance.view_notification")
    def mark_read(self, notification: Notification, *, by: User) -> Notification:
        """Note that it was read."""
        return notifications.read(notification, by=by)

    @verb("", gives=ReadSerializer, detail=False)
    def mark_all_read(self, *, by: User) -> dict[str, Any]:
        """Note that all were read."""
        return {"count": notifications.read_all(by)}
