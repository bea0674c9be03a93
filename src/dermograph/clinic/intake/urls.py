"""Addresses of the app."""

from django.urls import path

from dermograph.clinic.intake import assessment_views, consent_views, document_views, happening_views

urlpatterns = [
    path("courses/<uuid:course>/assessment/", assessment_views.assessment, name="assessment"),
    path("courses/<uuid:course>/assessment/answer", assessment_views.assessment_answer, name="assessment_answer"),
    path("courses/<uuid:course>/assessment/sign", assessment_views.assessment_sign, name="assessment_sign"),
    path("assessments/<uuid:assessment>/", document_views.assessment_signed, name="assessment_signed"),
    path("assessments/<uuid:assessment>/override", document_views.assessment_override, name="assessment_override"),
    path("courses/<uuid:course>/happenings/new", happening_views.happening_new, name="happening_new"),
    path("happenings/<uuid:happening>/cancel", happening_views.happening_cancel, name="happening_cancel"),
    path("courses/<uuid:course>/consents/", consent_views.consents, name="consents"),
    path("courses/<uuid:course>/consents/sign", consent_views.consent_sign, name="consent_sign"),
    path("consents/<uuid:consent>/", consent_views.consent_signed, name="consent_signed"),
    path("consents/<uuid:consent>/withdraw", consent_views.consent_withdraw, name="consent_withdraw"),
]
