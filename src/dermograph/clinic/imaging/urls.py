"""Addresses of the app."""

from django.urls import path

from dermograph.clinic.imaging import views

urlpatterns = [
    path("photographs/<uuid:photograph>/dicom", views.photograph_dicom, name="photograph_dicom"),
    path("photographs/<uuid:photograph>/archive", views.photograph_archive, name="photograph_archive"),
]
