"""Addresses of drawing and of the camera."""

from django.urls import URLPattern, path

from dermograph.clinic.gallery import camera_views, draw_views, landmark_views

urlpatterns: list[URLPattern] = [
    path("photographs/<uuid:photograph>/outline/", draw_views.outline, name="outline"),
    path("photographs/<uuid:photograph>/outline/refine", draw_views.outline_refine, name="outline_refine"),
    path("comparisons/<uuid:comparison>/landmarks/", landmark_views.landmarks, name="landmarks"),
    path("courses/<uuid:course>/camera/", camera_views.camera, name="camera"),
    path("courses/<uuid:course>/camera/check", camera_views.camera_check, name="camera_check"),
]
