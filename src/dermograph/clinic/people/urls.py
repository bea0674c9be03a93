"""Addresses of the app."""

from django.urls import path

from dermograph.clinic.people import views, views_courses

urlpatterns = [
    path("patients/", views.patients, name="patients"),
    path("patients/search", views.patient_search, name="patient_search"),
    path("patients/new", views.patient_new, name="patient_new"),
    path("patients/<uuid:patient>/edit", views.patient_edit, name="patient_edit"),
    path("patients/<uuid:patient>/areas/new", views_courses.area_new, name="area_new"),
    path("areas/<uuid:area>/courses/new", views_courses.course_new, name="course_new"),
    path("courses/<uuid:course>/close", views_courses.course_close, name="course_close"),
    path("courses/<uuid:course>/reopen", views_courses.course_reopen, name="course_reopen"),
]
