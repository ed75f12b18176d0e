"""What the clock asks for about notifications; each may run twice without harm."""

from __future__ import annotations

from celery import shared_task

from config.notifications import delivery


@shared_task
def deliver() -> int:
    return delivery.deliver()


@shared_task
def remind() -> int:
    return delivery.remind()
