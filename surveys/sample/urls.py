from django.urls import path

from surveys.sample import views

urlpatterns = [
    path("", views.sample, name="sample"),
    path("now/", views.sample_now, name="sample_now"),
    path("figures/", views.sample_figures_part, name="sample_figures"),
    path("flagged/", views.flagged, name="sample_flagged"),
    path("flagged/<slug:key>/", views.exclude, name="response_exclude"),
    path("by-receipt/", views.exclude_by_receipt, name="receipt_exclude"),
    path("exclusions/<int:exclusion>/", views.readmit, name="response_readmit"),
]
