"""The API's router: every app's viewsets under /api/v1/."""

from __future__ import annotations

from rest_framework.routers import DefaultRouter

router = DefaultRouter()
