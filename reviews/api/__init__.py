"""The review, for programs."""

from reviews.api import gaps, intake

NOUNS = {**gaps.NOUNS, **intake.NOUNS}
