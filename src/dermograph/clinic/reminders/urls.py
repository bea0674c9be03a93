"""Addresses of the app."""

from django.urls import path

from dermograph.clinic.reminders import views, views_patient

urlpatterns = [
    path("settings/reminders/", views.reminders_settings, name="reminders_settings"),
    path("settings/reminders/sent/", views.reminders_sent, name="reminders_sent"),
    path("patients/<uuid:patient>/reminders/", views_patient.patient_reminders, name="patient_reminders"),
    path("reminders/stop/<str:token>", views_patient.reminders_stop, name="reminders_stop"),
]
