"""When a text is near to a question in its meaning, however differently they are worded.

A question is a few words, not a module: it is compared by the cosine of centred vectors alone. The threshold was read
off 25 questions to 542 modules and capabilities: what answers one begins at .31 to .79, the nearest text to a question
that nothing answers lies at .20 to .31.
"""

from __future__ import annotations

NEAR = 0.31
