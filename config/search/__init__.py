"""Searching across everything: by words in all apps, by meaning in what is compared with modules."""
