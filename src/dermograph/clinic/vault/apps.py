"""The app as Django registers it."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.vault"
    label = "vault"
