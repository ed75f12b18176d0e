"""Addresses of the pictures."""

from __future__ import annotations

from django.urls import path

from insight.views import files, pages

app_name = "insight"
urlpatterns = [
    path("", pages.index, name="index"),
    path("lines/", pages.lines, name="lines"),
    path("times/", pages.times, name="times"),
    *(
        path(f"{picture}.{form}", files.export, {"picture": picture, "form": form}, name=f"{picture}-{form}")
        for picture in files.TABLES
        for form in ("csv", "xlsx")
    ),
]
