"""The application, as Django knows it."""

from importlib import import_module

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules

from kaohe.records.memory import choose_memory


class Web(AppConfig):
    """kaohe's web application."""

    name = "kaohe.web"
    label = "web"
    verbose_name = "kaohe"

    def ready(self) -> None:
        """Make every kind of job known; Django calls it in every process of the application."""
        choose_memory()
        autodiscover_modules("work")
        post_migrate.connect(_renew, sender=self)


def _renew(using: str, **_: object) -> None:
    """Have made anew what an older engine made: a place is migrated whenever it is begun."""
    # Models can be imported only once every application is there.
    if using == DEFAULT_DB_ALIAS:
        import_module("kaohe.web.renewing").renew_all()
