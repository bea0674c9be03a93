"""Addresses of the app."""

from django.urls import path

from dermograph.clinic.website import views, views_check, views_desk, views_request

TREATMENT = "at/<slug:clinic>/<slug:treatment>/"
urlpatterns = [
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
    path("at/<slug:clinic>/", views.clinic_home, name="clinic_home"),
    path(TREATMENT, views.treatment_page, name="treatment_page"),
    path(f"{TREATMENT}check/", views_check.suitability, name="suitability"),
    path(f"{TREATMENT}check/result/", views_check.suitability_result, name="suitability_result"),
    path(f"{TREATMENT}check/answers.txt", views_check.suitability_answers, name="suitability_answers"),
    path(f"{TREATMENT}request/", views_request.appointment_request, name="appointment_request"),
    path("requests/", views_desk.requests, name="requests"),
    path("requests/<uuid:asked>/", views_desk.asked, name="asked"),
    path("requests/<uuid:asked>/register", views_desk.asked_register, name="asked_register"),
    path("requests/<uuid:asked>/link", views_desk.asked_link, name="asked_link"),
    path("requests/<uuid:asked>/decline", views_desk.asked_decline, name="asked_decline"),
    path("requests/<uuid:asked>/answers", views_desk.asked_answers, name="asked_answers"),
]
