"""The review, for programs."""

from reviews.api import intake

NOUNS = {**intake.NOUNS}
