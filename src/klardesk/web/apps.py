"""Page shell, components, style, scripts, icons, error pages. Knows no domain."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The web app: gives other domains the shell and the components their pages are made of."""

    name = "klardesk.web"
    label = "web"
    verbose_name = "Web"

    def ready(self) -> None:
        """Register the keys that every page knows."""
        from klardesk.web import shortcuts  # noqa: F401
