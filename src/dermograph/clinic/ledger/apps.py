"""The app as Django registers it."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.ledger"
    label = "ledger"
