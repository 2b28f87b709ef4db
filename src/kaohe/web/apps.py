"""The application, as Django knows it."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class Web(AppConfig):
    """kaohe's web application."""

    name = "kaohe.web"
    label = "web"
    verbose_name = "kaohe"

    def ready(self) -> None:
        """Make every kind of job known."""
        autodiscover_modules("work")
