"""Settings, addresses, the API's router and the task queue: the room that sees all apps."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
