"""Figures and comparisons for the pages of the catalog."""
