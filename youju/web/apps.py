"""The Django app of the pages: no tables, the checks of the access table."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The pages."""

    name = "youju.web"
    label = "web"

    def ready(self) -> None:
        """Register the checks that run before the server starts; hear of log-ins."""
        from youju.web import checks, security_log  # noqa: F401 - the checks register themselves

        security_log.listen()
