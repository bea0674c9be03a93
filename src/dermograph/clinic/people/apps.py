"""The app as Django registers it."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.people"
    label = "people"
