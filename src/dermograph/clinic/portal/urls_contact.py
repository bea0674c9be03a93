"""Addresses of appointments, messages and the calendar."""

from django.urls import path

from dermograph.clinic.portal import (
    views_contact,
    views_contact_calendar,
    views_contact_messages,
    views_contact_settings,
    views_contact_waiting,
)

urlpatterns = [
    path("me/appointments/", views_contact.me_appointments, name="me_appointments"),
    path("me/appointments/<uuid:course>/new", views_contact.me_appointment_new, name="me_appointment_new"),
    path("me/appointments/<uuid:appointment>/move", views_contact.me_appointment_move, name="me_appointment_move"),
    path(
        "me/appointments/<uuid:appointment>/cancel", views_contact.me_appointment_cancel, name="me_appointment_cancel"
    ),
    path("me/messages/", views_contact_messages.me_messages, name="me_messages"),
    path("me/calendar/", views_contact_calendar.me_calendar, name="me_calendar"),
    path("calendar/<str:token>.ics", views_contact_calendar.calendar_feed, name="calendar_feed"),
    path("patients/<uuid:patient>/messages/", views_contact_messages.patient_messages, name="patient_messages"),
    path("patients/waiting/", views_contact_waiting.from_patients, name="from_patients"),
    path("settings/portal/", views_contact_settings.portal_settings, name="portal_settings"),
]
