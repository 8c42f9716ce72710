"""Addresses of setting a scorecard up."""

from django.urls import path

from reports.setup import views

scorecard = [
    path("setup/", views.setup, name="setup"),
    path("targets/", views.targets, name="targets"),
    path("copy/", views.copy, name="scorecard_copy"),
    path("open/", views.survey_open, name="survey_open"),
    path("changes/", views.changes, name="changes"),
]
