"""The app as Django registers it."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate


class OverviewConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.overview"
    label = "overview"

    def ready(self) -> None:
        """Have the triggers go before tables are made anew, and come back after every migration of the site."""
        pre_migrate.connect(_before, sender=self)
        post_migrate.connect(_after, sender=self)


def _before(*, using: str, plan: list[Any], **_: object) -> None:
    from dermograph.clinic.overview.touching import unwatch  # noqa: PLC0415 (models are loaded after this)

    if plan:
        unwatch(connections[using])


def _after(*, using: str, **_: object) -> None:
    from dermograph.clinic.overview.touching import TABLES, watch  # noqa: PLC0415 (models are loaded after this)

    if set(connections[using].introspection.table_names()) >= TABLES:  # else it is migrated halfway only
        watch(connections[using])
