"""The app as Django registers it."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen to what allauth, axes and Django tell, and name what is unsafe in the settings."""
        from dermograph.clinic.accounts import checks, heard  # noqa: F401, PLC0415 (models are ready only now)
