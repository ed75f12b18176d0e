"""The topmost app, and the assets that are worth collecting."""

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig

from projects.states import DataAccess, SectionKey, SystemPart
from reviews.states import JobState


class TopConfig(AppConfig):
    name = "config"
    default = True

    def ready(self) -> None:
        """The audit trail calls what happens to applications as their own history does, and knows their codes."""
        from governance.queries.audit_words import ACTIONS, CHOICES  # noqa: PLC0415  models are loaded by now
        from projects.queries.progress import WORDS  # noqa: PLC0415

        ACTIONS.update(WORDS)
        CHOICES["chapters"] = dict(SectionKey.choices)
        CHOICES["access"], CHOICES["part"] = dict(DataAccess.choices), dict(SystemPart.choices)
        CHOICES["state"] = dict(JobState.choices)


class AssetsConfig(StaticFilesConfig):
    """Without the parts of other packages that no page of ours loads."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "redoc", "rest_framework"]
