"""Addresses of a patient's and a course's page."""

from django.urls import path

from dermograph.clinic.overview import course_views

urlpatterns = [
    path("patients/<uuid:patient>/", course_views.patient, name="patient"),
    path("courses/<uuid:course>/", course_views.course, name="course"),
]
