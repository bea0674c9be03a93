"""The app as Django registers it."""

from django.apps import AppConfig


class WebsiteConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.website"
    label = "website"
