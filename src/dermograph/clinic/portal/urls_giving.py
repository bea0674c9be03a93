"""Addresses of what a patient gives: answers, consents, photographs, symptoms."""

from django.urls import URLPattern, path

from dermograph.clinic.portal import views_giving, views_giving_camera, views_giving_consent, views_giving_symptom

urlpatterns: list[URLPattern] = [
    path("me/forms/", views_giving.me_forms, name="me_forms"),
    path("me/forms/<uuid:course>/", views_giving.me_form, name="me_form"),
    path("me/consents/<uuid:course>/", views_giving_consent.me_consent, name="me_consent"),
    path("me/consents/signed/<uuid:consent>/", views_giving_consent.me_consent_signed, name="me_consent_signed"),
    path("me/photographs/<uuid:course>/new", views_giving_camera.me_camera, name="me_camera"),
    path("me/photographs/<uuid:course>/new/check", views_giving_camera.me_camera_check, name="me_camera_check"),
    path("me/symptoms/<uuid:course>/new", views_giving_symptom.me_symptom, name="me_symptom"),
]
