"""Files of responses: below /scorecards/<slug>/responses/files/."""

from django.urls import path

from surveys.exports import views

urlpatterns = [
    path("", views.exports, name="exports"),
    path("<uuid:job>/", views.export, name="export"),
    path("<uuid:job>/file/", views.export_file, name="export_file"),
]
