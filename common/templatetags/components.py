"""All components as template tags, at hand in every template (see docs/interface.md)."""

from __future__ import annotations

from django import template

from common.components import amounts, charts, display, evidence, forms, lists, swaps

register = template.Library()
for library in (display, amounts, charts, evidence, forms, lists, swaps):
    register.tags.update(library.register.tags)
    register.filters.update(library.register.filters)
