"""Addresses of sessions, symptoms, reviews and the timeline."""

from django.urls import URLPattern, path

from dermograph.clinic.treatment.views import aftercare, payments, reviews, sessions, symptoms, timeline

urlpatterns: list[URLPattern] = [
    path("courses/<uuid:course>/sessions/new", sessions.session_new, name="session_new"),
    path("sessions/<uuid:session>/", sessions.session, name="session"),
    path("sessions/<uuid:session>/correct", sessions.session_correct, name="session_correct"),
    path("sessions/<uuid:session>/aftercare/", aftercare.aftercare_sheet, name="aftercare_sheet"),
    path("sessions/<uuid:session>/payments/new", payments.payment_new, name="payment_new"),
    path("courses/<uuid:course>/symptoms/new", symptoms.symptom_new, name="symptom_new"),
    path("symptoms/<uuid:symptom>/seen", symptoms.symptom_seen, name="symptom_seen"),
    path("symptoms/<uuid:symptom>/gone", symptoms.symptom_gone, name="symptom_gone"),
    path("courses/<uuid:course>/review/", reviews.review, name="review"),
    path("courses/<uuid:course>/review/sign", reviews.review_sign, name="review_sign"),
    path("reviews/<uuid:review>/", reviews.review_signed, name="review_signed"),
    path("courses/<uuid:course>/timeline/", timeline.timeline, name="timeline"),
]
