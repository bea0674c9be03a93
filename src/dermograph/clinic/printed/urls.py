"""Addresses of the app."""

from django.urls import path

from dermograph.clinic.printed import views

urlpatterns = [
    path("patients/<uuid:patient>/record.pdf", views.record_pdf, name="record_pdf"),
    path("patients/<uuid:patient>/aftercare.pdf", views.aftercare_pdf, name="aftercare_pdf"),
    path("me/record.pdf", views.me_record_pdf, name="me_record_pdf"),
    path("me/aftercare.pdf", views.me_aftercare_pdf, name="me_aftercare_pdf"),
]
