"""Addresses of the app."""

from django.urls import path

from dermograph.clinic.handover import views

urlpatterns = [
    path("patients/<uuid:patient>/received/", views.received, name="received"),
    path("patients/<uuid:patient>/received/<uuid:received>.json", views.received_original, name="received_original"),
]
