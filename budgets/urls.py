"""Addresses of budgets."""

from __future__ import annotations

from django.urls import path

from budgets import views

app_name = "budgets"
urlpatterns = [
    path("", views.index, name="index"),
    path("open/", views.open_year, name="open"),
    path("<int:year>/", views.detail, name="detail"),
    path("<int:year>/files/", views.files, name="files"),
    path("<int:year>/budget.xlsx", views.file, {"form": "xlsx"}, name="table-xlsx"),
    path("<int:year>/budget.pdf", views.file, {"form": "pdf"}, name="table-pdf"),
    path("<int:year>/ceiling/", views.ceiling, name="ceiling"),
    path("<int:year>/control/", views.control, name="control"),
    path("<int:year>/reply/", views.reply, name="reply"),
    path("<int:year>/close/", views.close_year, name="close-year"),
    path("<int:year>/carry-over/<int:project_pk>/", views.carry_over, name="carry-over"),
    path("projects/<str:code>/", views.chain, name="chain"),
    path("lists/<int:list_pk>/lock-panel/", views.lock_panel, name="lock-panel"),
    path("lists/<int:list_pk>/lock/", views.lock, name="lock"),
]
