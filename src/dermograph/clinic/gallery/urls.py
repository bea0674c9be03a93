"""Addresses of the app."""

from django.urls import URLPattern, path

from dermograph.clinic.gallery import comparison_views, photograph_views, upload_views, urls_draw, views

urlpatterns: list[URLPattern] = [
    path("courses/<uuid:course>/photographs/", views.gallery, name="gallery"),
    path("courses/<uuid:course>/photographs/upload", upload_views.photograph_upload, name="photograph_upload"),
    path("courses/<uuid:course>/measures/", views.measures, name="measures"),
    path("photographs/<uuid:photograph>/", photograph_views.photograph, name="photograph"),
    path("photographs/<uuid:photograph>/image/<str:size>", photograph_views.photograph_image, name="photograph_image"),
    path("photographs/<uuid:photograph>/correct", photograph_views.photograph_correct, name="photograph_correct"),
    path("photographs/<uuid:photograph>/again", photograph_views.photograph_again, name="photograph_again"),
    path("comparisons/<uuid:comparison>/", comparison_views.comparison, name="comparison"),
    path("comparisons/<uuid:comparison>/status", comparison_views.comparison_status, name="comparison_status"),
    path(
        "comparisons/<uuid:comparison>/pictures/<str:kind>",
        comparison_views.comparison_picture,
        name="comparison_picture",
    ),
    path("comparisons/<uuid:comparison>/again", comparison_views.comparison_again, name="comparison_again"),
    path("card/", views.card, name="card"),
    *urls_draw.urlpatterns,
]
