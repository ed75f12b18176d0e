"""Pages of governance: nouns are lists and details, verbs are short functions."""
