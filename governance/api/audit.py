"""The audit trail, for programs that keep watch."""

from __future__ import annotations

from typing import Any, ClassVar

from common.api.nouns import Noun
from common.api.serializers import ModelSerializer
from common.models import AuditEvent
from governance.filters import AuditFilter
from governance.queries.audit import events_for


class AuditEventSerializer(ModelSerializer):
    """Who did what to which record, and when."""

    class Meta:
        model = AuditEvent
        fields = (
            "id", "at", "actor_code", "actor_name", "department_code", "department_name", "jurisdiction_code",
            "action", "target_type", "target_id", "target_name", "details", "request_id",
        )  # fmt: skip
        read_only_fields = fields


class AuditEventNoun(Noun):
    """The lines of the audit trail of the jurisdiction and of those below it; nobody changes them."""

    queryset = AuditEvent.objects.all()
    serializer_class = AuditEventSerializer
    filterset_class = AuditFilter
    permissions: ClassVar = dict.fromkeys(("list", "retrieve"), "governance.view_auditevent")

    def get_queryset(self) -> Any:
        return events_for(self.request.user)  # type: ignore[arg-type]
