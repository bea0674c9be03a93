"""Addresses of the app, as CDS Hooks fixes them below the base address."""

from django.urls import path

from dermograph.clinic.cds import views

urlpatterns = [
    path("cds-services", views.cds_services, name="cds_services"),
    path("cds-services/", views.cds_services, name="cds_services_with_slash"),
    path("cds-services/<str:service>", views.cds_service, name="cds_service"),
    path("cds-services/<str:service>/feedback", views.cds_feedback, name="cds_feedback"),
]
