"""Addresses of the app."""

from django.urls import path

from dermograph.clinic.research import views

urlpatterns = [path("research/export/", views.research_export, name="research_export")]
