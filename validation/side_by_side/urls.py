"""Under a round: its goals side by side."""

from django.urls import path

from validation.side_by_side import views

urlpatterns = [
    path("consensus/", views.consensus, name="consensus"),
    path("consensus/table.csv", views.consensus_csv, name="consensus_csv"),
]
