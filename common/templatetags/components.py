"""Template components that wrap a block of markup."""

from django import template

register = template.Library()
