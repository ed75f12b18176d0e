"""The topmost app, and the assets that are worth collecting."""

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class TopConfig(AppConfig):
    name = "config"
    default = True

    def ready(self) -> None:
        """The audit trail calls what happens to applications as their own history does."""
        from governance.queries.audit_words import ACTIONS  # noqa: PLC0415  models are loaded by now
        from projects.queries.progress import WORDS  # noqa: PLC0415

        ACTIONS.update(WORDS)


class AssetsConfig(StaticFilesConfig):
    """Without the parts of other packages that no page of ours loads."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "redoc", "rest_framework"]
