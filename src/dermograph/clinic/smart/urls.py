"""Addresses of the app; those below ``/fhir`` stand before the door of the FHIR server."""

from django.urls import path

from dermograph.clinic.smart import app_views, endpoints, views

urlpatterns = [
    path("fhir/.well-known/smart-configuration", endpoints.smart_configuration, name="smart_configuration"),
    path(".well-known/smart-configuration", endpoints.smart_configuration, name="smart_configuration_at_root"),
    path("smart/authorize", views.smart_authorize, name="smart_authorize"),
    path("smart/token", endpoints.smart_token, name="smart_token"),
    path("smart/revoke", endpoints.smart_revoke, name="smart_revoke"),
    path("smart/introspect", endpoints.smart_introspect, name="smart_introspect"),
    path("account/programs/", views.smart_mine, name="smart_mine"),
    path("settings/programs/", app_views.smart_apps, name="smart_apps"),
]
