"""Addresses of designs, and of everything that was drawn for a course of a scalp."""

from django.urls import URLPattern, path

from dermograph.clinic.scalp import choice_views, design_form_views, design_views, file_views, picture_views

urlpatterns: list[URLPattern] = [
    path("courses/<uuid:course>/scalp/design/", design_form_views.scalp_design_new, name="scalp_design_new"),
    path("scalp/designs/<uuid:design>/", design_views.scalp_design, name="scalp_design"),
    path("scalp/designs/<uuid:design>/status", design_views.scalp_design_status, name="scalp_design_status"),
    path("scalp/designs/<uuid:design>/choose", choice_views.scalp_design_choose, name="scalp_design_choose"),
    path("scalp/designs/<uuid:design>/files/<str:kind>", file_views.scalp_design_file, name="scalp_design_file"),
    # what is "reading", "change" or "design": {% url 'scalp_picture' 'reading' reading.pk 'map_en' %}
    path("scalp/<str:what>/<uuid:row>/pictures/<str:kind>", picture_views.scalp_picture, name="scalp_picture"),
]
