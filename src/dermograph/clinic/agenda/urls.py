"""Addresses of the app."""

from django.urls import path

from dermograph.clinic.agenda import agenda_views, booking_views, settings_views

urlpatterns = [
    path("agenda/", agenda_views.agenda, name="agenda"),
    path("courses/<uuid:course>/booking/", booking_views.booking, name="booking"),
    path("courses/<uuid:course>/booking/slots", booking_views.booking_slots, name="booking_slots"),
    path("courses/<uuid:course>/appointments/new", booking_views.appointment_new, name="appointment_new"),
    path("appointments/<uuid:appointment>/", agenda_views.appointment, name="appointment"),
    path("appointments/<uuid:appointment>/move", booking_views.appointment_move, name="appointment_move"),
    path("appointments/<uuid:appointment>/state", agenda_views.appointment_state, name="appointment_state"),
    path("settings/agenda/", settings_views.agenda_settings, name="agenda_settings"),
]
