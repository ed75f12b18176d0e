"""Verbs of the catalog and the inventory."""
