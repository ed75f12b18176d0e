"""Who may look at the pictures: what they show is what `Line.visible_to` lets the person see."""

from __future__ import annotations

from typing import Any

import rules

from governance.states import Role

OF_DEPARTMENT = frozenset({Role.CLERK, Role.LEADER})
SEES = frozenset({Role.HEAD, Role.REVIEWER, Role.FINANCE, Role.AUDITOR}) | OF_DEPARTMENT


@rules.predicate
def sees_insight(user: Any) -> bool:
    """Head, reviewer, finance and auditor the whole jurisdiction; clerk and leader their own department."""
    return user.is_authenticated and user.has_role(*SEES)


rules.add_perm("insight.see_insight", sees_insight)
