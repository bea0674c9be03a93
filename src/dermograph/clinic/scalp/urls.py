"""The addresses of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from dermograph.clinic.scalp import urls_design, views

urlpatterns: list[URLPattern] = [
    path("courses/<uuid:course>/scalp/", views.scalp, name="scalp"),
    path("photographs/<uuid:photograph>/scalp/read", views.scalp_read, name="scalp_read"),
    path("photographs/<uuid:photograph>/scalp/area", views.scalp_area, name="scalp_area"),
    *urls_design.urlpatterns,
]
