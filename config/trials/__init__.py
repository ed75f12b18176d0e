"""Trying the offices' own templates."""
