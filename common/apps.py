from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "common"

    def ready(self) -> None:
        """The checks of the room are registered by reading them."""
        import common.documents.checks  # noqa: F401, PLC0415  translations are there by now
