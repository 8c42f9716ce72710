"""Under a scorecard's responses from elsewhere: paper."""

from django.urls import path

from surveys.collected.paper import views

urlpatterns = [
    path("", views.paper, name="paper"),
    path("<int:sheet>/number/", views.paper_number, name="paper_number"),
    path("<int:sheet>/compare/", views.paper_compare, name="paper_compare"),
    path("<int:sheet>/<int:turn>/", views.paper_entry, name="paper_entry"),
]
