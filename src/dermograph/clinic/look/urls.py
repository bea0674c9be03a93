"""Language, theme, the mark."""

from django.urls import path

from dermograph.clinic.look import views

urlpatterns = [
    path("speak/<str:language>", views.speak, name="speak"),
    path("theme/<str:theme>", views.theme, name="theme"),
    path("favicon.ico", views.mark, name="mark"),
    path("components", views.components, name="components"),
]
