"""Addresses of governance."""

from __future__ import annotations

from django.urls import path

from governance.views import audit, calendar, documents, lists, me, organisation, people, policies, rounds

app_name = "governance"
urlpatterns = [
    path("rounds/", rounds.round_list, name="rounds"),
    path("rounds/new/", rounds.round_new, name="round-new"),
    path("rounds/<int:pk>/", rounds.round_detail, name="round"),
    path("rounds/<int:pk>/edit/", rounds.round_edit, name="round-edit"),
    path("rounds/<int:pk>/open/", rounds.round_open, name="round-open"),
    path("rounds/<int:pk>/close/", rounds.round_close, name="round-close"),
    path("policies/", policies.policy_list, name="policies"),
    path("policies/values/<int:pk>/withdraw/", policies.policy_withdraw, name="policy-withdraw"),
    path("policies/<slug:key>/", policies.policy_detail, name="policy"),
    path("policies/<slug:key>/new/", policies.policy_new, name="policy-new"),
    path("document-templates/", documents.template_list, name="document-templates"),
    path("document-templates/upload/", documents.upload, name="document-template-upload"),
    path("document-templates/<int:pk>/file/", documents.own_file, name="document-template-file"),
    path("document-templates/<int:pk>/activate/", documents.activate, name="document-template-activate"),
    path("document-templates/<int:pk>/withdraw/", documents.withdraw, name="document-template-withdraw"),
    path(
        "document-templates/shipped/<slug:kind>/<slug:language>/",
        documents.shipped_file,
        name="document-template-shipped",
    ),
    path("organisation/", organisation.organisation_page, name="organisation"),
    path("organisation/jurisdictions/new/", organisation.jurisdiction_new, name="jurisdiction-new"),
    path("organisation/jurisdictions/<int:pk>/edit/", organisation.jurisdiction_edit, name="jurisdiction-edit"),
    path("organisation/departments/new/", organisation.department_new, name="department-new"),
    path("organisation/departments/<int:pk>/edit/", organisation.department_edit, name="department-edit"),
    path("organisation/sources/", organisation.source_list, name="sources"),
    path("organisation/sources/new/", organisation.source_new, name="source-new"),
    path("organisation/sources/<int:pk>/edit/", organisation.source_edit, name="source-edit"),
    path("organisation/calendar/", calendar.calendar_page, name="calendar"),
    path("organisation/calendar/days/", calendar.day_set, name="calendar-day"),
    path("organisation/calendar/days/<int:pk>/remove/", calendar.day_remove, name="calendar-day-remove"),
    path("organisation/calendar/years/", calendar.year_announce, name="calendar-year"),
    path("people/", people.people_list, name="people"),
    path("people/new/", people.person_new, name="person-new"),
    path("people/<int:pk>/", people.person_detail, name="person"),
    path("people/<int:pk>/roles/", people.role_grant, name="role-grant"),
    path("people/<int:pk>/password/", people.password_reset, name="password-reset"),
    path("people/<int:pk>/switch/", people.switch, name="person-switch"),
    path("people/roles/<int:pk>/end/", people.role_end, name="role-end"),
    path("profile/", me.profile_page, name="profile"),
    path("profile/tokens/", me.token_list, name="tokens"),
    path("profile/tokens/<slug:key>/end/", me.token_end, name="token-end"),
    path("lists/views/", lists.saved_view, name="saved-view"),
    path("lists/columns/", lists.list_columns, name="list-columns"),
    path("act-as/", me.act_as, name="act-as"),
    path("audit/", audit.audit_log, name="audit"),
    path("audit/export/", audit.audit_export, name="audit-export"),
]
