"""Formats that Django's own locales lack."""
