"""Under a scorecard: estimates from elsewhere, and to take elsewhere."""

from django.urls import path

from validation.estimates import views

urlpatterns = [
    path("estimates/", views.estimates, name="estimates"),
    path("estimates/preview/", views.estimates_preview, name="estimates_preview"),
    path("estimates/estimates.csv", views.estimates_csv, name="estimates_csv"),
    path("estimates/estimates.xlsx", views.estimates_xlsx, name="estimates_xlsx"),
    path("estimates/to-fill-in.xlsx", views.estimates_blank, name="estimates_blank"),
]
