"""What `manage.py check --deploy` says about documents: no fault, but something to know."""

from __future__ import annotations

from typing import Any

from django.core.checks import Info, register

from common.documents.pdf import lacking


@register(deploy=True)
def pdfs_can_be_made(app_configs: Any, **options: Any) -> list[Info]:
    """Whether this machine has what PDFs are drawn with."""
    sentence = lacking()
    return [Info(sentence, id="common.I001")] if sentence else []
