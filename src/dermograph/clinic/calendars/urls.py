"""Addresses of the app."""

from django.urls import path

from dermograph.clinic.calendars import views_absence, views_travel, views_work

urlpatterns = [
    path("account/calendar/", views_work.work_calendar, name="work_calendar"),
    path("calendar/staff/<str:token>.ics", views_work.work_feed, name="work_feed"),
    path("settings/agenda/calendar/", views_absence.absence_calendar, name="absence_calendar"),
    path("me/away/", views_travel.me_away, name="me_away"),
]
