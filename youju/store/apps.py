"""The Django app of the ledger; its triggers are installed anew after every migration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StoreConfig(AppConfig):
    """The one app with tables."""

    name = "youju.store"
    label = "store"

    def ready(self) -> None:
        """Install the append-only triggers whenever tables may have been rebuilt."""
        from youju.store import triggers

        post_migrate.connect(triggers.after_migrate, sender=self, dispatch_uid="youju.triggers")
