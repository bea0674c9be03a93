"""Addresses of what a patient looks at, and of the clinic's page about their access."""

from django.urls import path

from dermograph.clinic.portal import views_own, views_own_access, views_own_data, views_own_scalp

urlpatterns = [
    path("me/", views_own.me, name="me"),
    path("me/timeline/", views_own.me_timeline, name="me_timeline"),
    path("me/measures/<uuid:course>/", views_own.me_measures, name="me_measures"),
    path("me/photographs/", views_own.me_photographs, name="me_photographs"),
    path("me/photographs/<uuid:photograph>/", views_own.me_photograph, name="me_photograph"),
    path("me/photographs/<uuid:photograph>/<str:size>", views_own.me_picture, name="me_picture"),
    path("me/scalp/<uuid:course>/", views_own_scalp.me_scalp, name="me_scalp"),
    path("me/scalp/designs/<uuid:design>/<str:kind>", views_own_scalp.me_scalp_picture, name="me_scalp_picture"),
    path("me/data/", views_own_data.me_data, name="me_data"),
    path("patients/<uuid:patient>/access", views_own_access.portal_access, name="portal_access"),
    path("patients/<uuid:patient>/access/paper", views_own_access.portal_access_paper, name="portal_access_paper"),
    path("patients/<uuid:patient>/access/move", views_own_access.portal_access_move, name="portal_access_move"),
    path("patients/<uuid:patient>/access/end", views_own_access.portal_access_remove, name="portal_access_remove"),
]
