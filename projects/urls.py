"""Addresses of projects."""

from __future__ import annotations

from django.urls import URLPattern, path

from projects.views import books, drafts, grid, lines, papers, tabs
from projects.views.listing import ApplicationExport, ApplicationList

app_name = "projects"


def patterns(rows: type[ApplicationList], files: type[ApplicationExport]) -> tuple[list[URLPattern], str]:
    """All addresses; the list is given by who may look further than projects: the review knows the clocks."""
    listing = [
        path("", rows.as_view(), name="list"),
        path("export.csv", files.as_view(), {"form": "csv"}, name="export-csv"),
        path("export.xlsx", files.as_view(), {"form": "xlsx"}, name="export-xlsx"),
    ]
    return [*listing, *urlpatterns], app_name


urlpatterns = [
    path("new/", drafts.new, name="new"),
    path("unit/", drafts.money_unit, name="money-unit"),
    path("<str:number>/", tabs.overview, name="detail"),
    path("<str:number>/book/", books.files, name="book"),
    path("<str:number>/book.docx", books.file, {"form": "docx"}, name="book-docx"),
    path("<str:number>/book.pdf", books.file, {"form": "pdf"}, name="book-pdf"),
    path("<str:number>/edit/", drafts.edit, name="edit"),
    path("<str:number>/copy/", drafts.copy, name="copy"),
    path("<str:number>/delete/", drafts.delete, name="delete"),
    path("<str:number>/withdraw/", drafts.withdraw, name="withdraw-draft"),
    path("<str:number>/ask-sign-off/", drafts.ask_sign_off, name="ask-sign-off"),
    path("<str:number>/sign-off/", drafts.sign_off, name="sign-off"),
    path("<str:number>/send-back/", drafts.send_back, name="send-back"),
    path("<str:number>/modules/", lines.modules, name="modules"),
    path("<str:number>/modules/paste/", lines.paste, {"tab": "modules"}, name="modules-paste"),
    path("<str:number>/estimate/", lines.estimate, name="estimate"),
    path("<str:number>/estimate/paste/", lines.paste, {"tab": "estimate"}, name="estimate-paste"),
    path("<str:number>/lines/cells/", lines.save_cells, name="line-add"),
    path("<str:number>/lines/<int:pk>/", lines.line, name="line"),
    path("<str:number>/lines/<int:pk>/cells/", lines.save_cells, name="line-cells"),
    path("<str:number>/lines/order/", grid.order, name="lines-order"),
    path("<str:number>/lines/undo/", grid.undo, name="lines-undo"),
    path("<str:number>/lines/<int:pk>/move/", grid.move, name="line-move"),
    path("<str:number>/lines/<int:pk>/paste/", grid.paste_into, name="line-paste"),
    path("<str:number>/lines/<int:pk>/answer/", grid.answer, name="line-answer"),
    path("<str:number>/lines/<int:pk>/remove/", lines.remove, name="line-remove"),
    path("<str:number>/data/", tabs.data, name="data"),
    path("<str:number>/data/link/", papers.link_data, name="data-link"),
    path("<str:number>/data/<int:pk>/unlink/", papers.unlink_data, name="data-unlink"),
    path("<str:number>/documents/", tabs.documents, name="documents"),
    path("<str:number>/sections/", papers.sections, name="sections"),
    path("<str:number>/bases/add/", papers.add_basis, name="basis-add"),
    path("<str:number>/bases/<int:pk>/remove/", papers.remove_basis, name="basis-remove"),
    path("<str:number>/systems/add/", papers.name_system, name="system-add"),
    path("<str:number>/systems/<int:pk>/remove/", papers.unname_system, name="system-remove"),
    path("<str:number>/files/add/", papers.attach, name="file-add"),
    path("<str:number>/files/<int:pk>/", papers.download, name="file"),
    path("<str:number>/files/<int:pk>/remove/", papers.remove_attachment, name="file-remove"),
    path("<str:number>/review/", tabs.review, name="review"),
    path("<str:number>/history/", tabs.history, name="history"),
]
