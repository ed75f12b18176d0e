"""Addresses of reviews."""

from __future__ import annotations

from django.urls import path

from reviews.views import annual_list, imports, intake

app_name = "reviews"
urlpatterns = [
    path("", intake.Queue.as_view(), name="queue"),
    path("assign/", intake.assign, name="assign"),
    path("applications/<str:number>/intake/", intake.sheet, name="intake"),
    path("applications/<str:number>/submit/", intake.submit, name="submit"),
    path("applications/<str:number>/correction/", intake.ask_correction, name="ask-correction"),
    path("applications/<str:number>/answer/", intake.answer_correction, name="answer-correction"),
    path("applications/<str:number>/accept/", intake.accept, name="accept"),
    path("applications/<str:number>/progress/", intake.progress, name="progress"),
    path("applications/<str:number>/clock/", intake.clock_of, name="clock"),
    path("<int:round_pk>/import/", imports.upload, name="import"),
    path("<int:round_pk>/import/template/", imports.template, name="import-template"),
    path("imports/<int:pk>/", imports.preview, name="import-preview"),
    path("imports/<int:pk>/carry-out/", imports.carry_out, name="import-carry-out"),
    path("imports/<int:pk>/discard/", imports.discard, name="import-discard"),
    path("lists/", annual_list.index, name="annual-lists"),
    path("<int:round_pk>/list/", annual_list.detail, name="annual-list"),
    path("<int:round_pk>/list/applications/", annual_list.applications, name="determination"),
    path("<int:round_pk>/list/determine/", annual_list.determine, name="determine"),
    path("<int:round_pk>/list/workbook/", annual_list.workbook, name="annual-list-workbook"),
    path("<int:round_pk>/list/years/<int:project_pk>/", annual_list.plan_years, name="plan-years"),
    path("<int:round_pk>/list/versions/<int:number>/", annual_list.version, name="list-version"),
    path("notices/<str:number>/", annual_list.decision_notice, name="notice"),
]
