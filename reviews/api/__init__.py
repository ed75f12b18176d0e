"""The review, for programs."""

from reviews.api import acts, clusters, endings, gaps, intake, opinions, requests, screening, verdicts, weights

# endings adds the end to the applications of intake
ROOMS = (gaps, intake, endings, acts, opinions, requests, clusters, screening, verdicts, weights)
NOUNS = {address: noun for room in ROOMS for address, noun in room.NOUNS.items()}
