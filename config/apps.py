"""The topmost app, and the assets that are worth collecting."""

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class TopConfig(AppConfig):
    name = "config"
    default = True


class AssetsConfig(StaticFilesConfig):
    """Without the parts of other packages that no page of ours loads."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "redoc", "rest_framework"]
