"""Addresses of the app."""

from django.urls import path

from dermograph.clinic.rights import (
    erase_views,
    exit_views,
    retention_views,
    rights_views,
    set_views,
    share_views,
)

urlpatterns = [
    path("photographs/<uuid:photograph>/original", exit_views.photograph_original, name="photograph_original"),
    path("comparisons/<uuid:comparison>/report", exit_views.comparison_report, name="comparison_report"),
    path("scalp/designs/<uuid:design>/scenes/<str:kind>", exit_views.scalp_design_scene, name="scalp_design_scene"),
    path("photographs/<uuid:photograph>/share", share_views.photograph_share, name="photograph_share"),
    path("shares/<uuid:share>/end", share_views.share_end, name="share_end"),
    path("shared/<str:token>", share_views.shared_photograph, name="shared_photograph"),
    path("shared/<str:token>/picture", share_views.shared_picture, name="shared_picture"),
    path("patients/<uuid:patient>/rights/", rights_views.patient_rights, name="patient_rights"),
    path("patients/<uuid:patient>/rights/erase", erase_views.patient_erase, name="patient_erase"),
    path("patients/<uuid:patient>/export", rights_views.patient_export, name="patient_export"),
    path("photograph-sets/", set_views.photograph_sets, name="photograph_sets"),
    path("settings/retention/", retention_views.retention, name="retention"),
]
