"""The trail: below /scorecards/<slug>/."""

from django.urls import path

from validation.trail import views

urlpatterns = [
    path("goals/<int:goal>/trail/", views.trail, name="trail"),
    path("trail.csv", views.trail_csv, name="trail_csv"),
    path("trail.json", views.trail_json, name="trail_json"),
]
