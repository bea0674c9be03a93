"""Addresses of the app: one page, and one door to everything under ``/api/v1/``."""

from django.urls import path

from dermograph.clinic.api import views
from dermograph.clinic.api.door import door

urlpatterns = [
    path("settings/tokens/", views.api_tokens, name="api_tokens"),
    path("api/v1/<path:rest>", door, name="api"),
]
