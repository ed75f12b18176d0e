"""Is the process alive, and can it do its work? For load balancers and people on duty."""

from __future__ import annotations

from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and has every migration: pages can be served."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        demand_migrated()
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "database": "unreachable"}, status=503)
    except MigrationsWaitError:
        return JsonResponse({"status": "unavailable", "database": "migrations are waiting"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok"})


class MigrationsWaitError(Exception):
    """The code is newer than the database."""


@cache
def demand_migrated() -> None:
    """Refuse until every migration is there; from then on the answer cannot change for this process."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise MigrationsWaitError
