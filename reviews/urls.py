"""Addresses of reviews."""

from __future__ import annotations

from django.urls import path

from reviews.views import annual_list

app_name = "reviews"
urlpatterns = [
    path("lists/", annual_list.index, name="annual-lists"),
    path("<int:round_pk>/list/", annual_list.detail, name="annual-list"),
    path("<int:round_pk>/list/determine/", annual_list.determine, name="determine"),
    path("<int:round_pk>/list/workbook/", annual_list.workbook, name="annual-list-workbook"),
    path("<int:round_pk>/list/years/<int:project_pk>/", annual_list.plan_years, name="plan-years"),
    path("<int:round_pk>/list/versions/<int:number>/", annual_list.version, name="list-version"),
    path("notices/<str:number>/", annual_list.decision_notice, name="notice"),
]
