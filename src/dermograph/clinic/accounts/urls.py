"""Addresses of the app, besides allauth's."""

from django.urls import path

from dermograph.clinic.accounts import views

urlpatterns = [
    path("account/sessions/", views.account_sessions, name="account_sessions"),
    path("settings/staff/<uuid:place>/factors/reset", views.staff_factors_reset, name="staff_factors_reset"),
]
