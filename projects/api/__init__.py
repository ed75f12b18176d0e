"""Applications, their lines and papers, for programs.

The noun `applications` itself is listed by `reviews`, which adds the verbs of the review to it.
"""

from projects.api.lines import LineNoun
from projects.api.papers import AttachmentNoun, BasisNoun, NamedSystemNoun, SectionNoun

NOUNS = {
    "lines": LineNoun,
    "sections": SectionNoun,
    "bases": BasisNoun,
    "named-systems": NamedSystemNoun,
    "attachments": AttachmentNoun,
}
