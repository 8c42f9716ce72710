"""Responses from elsewhere: tables, programs, paper."""

from django.urls import URLPattern, URLResolver, include, path

from surveys.collected import views
from surveys.collected.api.views import api
from surveys.collected.tables import views as tables

scorecard: list[URLPattern | URLResolver] = [
    path("", views.collected, name="collected"),
    path("tables/", tables.tables, name="collected_tables"),
    path("tables/<uuid:key>/", tables.match, name="collected_match"),
    path("tables/<uuid:key>/preview/", tables.preview, name="collected_preview"),
    path("jobs/<uuid:job>/", tables.job, name="collected_job"),
    path("keys/", views.keys, name="collected_keys"),
    path("paper/", include("surveys.collected.paper.urls")),
    path("keys/<int:key>/revoke/", views.key_revoke, name="collected_key_revoke"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("scorecards/<slug:slug>/collected/", include(scorecard)),
]
