"""The app as Django registers it."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.audit"
    label = "audit"
