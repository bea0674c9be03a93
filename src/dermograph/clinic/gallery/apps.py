"""The app as Django registers it."""

from django.apps import AppConfig


class GalleryConfig(AppConfig):
    """See the package."""

    name = "dermograph.clinic.gallery"
    label = "gallery"
