"""Addresses of catalog."""

from __future__ import annotations

from django.urls import path

from catalog.views import capabilities, categories, data, functions, systems

app_name = "catalog"
urlpatterns = [
    path("", capabilities.CapabilityList.as_view(), name="capabilities"),
    path("export.csv", capabilities.CapabilityExport.as_view(), {"form": "csv"}, name="capabilities-csv"),
    path("export.xlsx", capabilities.CapabilityExport.as_view(), {"form": "xlsx"}, name="capabilities-xlsx"),
    path("capabilities/new/", capabilities.CapabilityCreate.as_view(), name="capability-create"),
    path("capabilities/<int:pk>/", capabilities.CapabilityDetail.as_view(), name="capability"),
    path("capabilities/<int:pk>/edit/", capabilities.CapabilityEdit.as_view(), name="capability-edit"),
    path("capabilities/<int:pk>/move/", capabilities.move, name="capability-move"),
    path("categories/", categories.CategoryTree.as_view(), name="categories"),
    path("categories/new/", categories.add, name="category-add"),
    path("categories/<int:pk>/", categories.change, name="category-change"),
    path("categories/<int:pk>/remove/", categories.remove, name="category-remove"),
    path("systems/", systems.Inventory.as_view(), name="systems"),
    path("systems/export.csv", systems.InventoryExport.as_view(), {"form": "csv"}, name="systems-csv"),
    path("systems/export.xlsx", systems.InventoryExport.as_view(), {"form": "xlsx"}, name="systems-xlsx"),
    path("systems/all/", systems.Directory.as_view(), name="system-directory"),
    path("systems/new/", systems.SystemCreate.as_view(), name="system-create"),
    path("systems/<int:pk>/", systems.SystemOverview.as_view(), name="system"),
    path("systems/<int:pk>/inside/", systems.SystemInside.as_view(), name="system-inside"),
    path("systems/<int:pk>/versions/", systems.SystemVersions.as_view(), name="system-versions"),
    path("systems/<int:pk>/edit/", systems.SystemEdit.as_view(), name="system-edit"),
    path("systems/<int:pk>/attest/", systems.attest, name="system-attest"),
    path("systems/<int:pk>/move/", systems.move, name="system-move"),
    path("systems/<int:pk>/functions/", systems.SystemFunctions.as_view(), name="system-functions"),
    path("systems/<int:pk>/functions/new/", functions.add, name="function-add"),
    path("systems/<int:pk>/functions/<int:function>/", functions.edit, name="function-edit"),
    path("systems/<int:pk>/functions/<int:function>/remove/", functions.remove, name="function-remove"),
    path("data/", data.DataList.as_view(), name="data"),
    path("data/export.csv", data.DataExport.as_view(), {"form": "csv"}, name="data-csv"),
    path("data/export.xlsx", data.DataExport.as_view(), {"form": "xlsx"}, name="data-xlsx"),
    path("data/new/", data.DataCreate.as_view(), name="data-create"),
    path("data/<int:pk>/", data.DataDetail.as_view(), name="data-resource"),
    path("data/<int:pk>/edit/", data.DataEdit.as_view(), name="data-edit"),
    path("data/<int:pk>/pool/", data.pool, name="data-pool"),
]
