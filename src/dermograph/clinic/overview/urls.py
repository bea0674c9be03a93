"""Addresses of the app."""

from django.urls import include, path

from dermograph.clinic.overview import views, views_outcomes, views_settings

urlpatterns = [
    path("", views.today, name="today"),
    path("alerts/", views.alerts, name="alerts"),
    path("reviews/", views.reviews, name="reviews"),
    path("maintenance/", views.maintenance, name="maintenance"),
    path("outcomes/", views_outcomes.outcomes_page, name="outcomes"),
    path("outcomes.csv", views_outcomes.outcomes_csv, name="outcomes_csv"),
    path("settings/", views_settings.clinic_settings, name="clinic_settings"),
    path("settings/scalp", views_settings.scalp_settings, name="scalp_settings"),
    path("settings/staff/", views_settings.clinic_staff, name="clinic_staff"),
    path("clinics/<uuid:clinic>/switch", views_settings.switch_clinic, name="switch_clinic"),
    path("", include("dermograph.clinic.overview.urls_course")),
]
