from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("surveys.intake.urls")),
    path("", include("surveys.instrument.urls")),
    path("", include("surveys.collected.urls")),
    path("scorecards/<slug:slug>/responses/files/", include("surveys.exports.urls")),
    path("scorecards/<slug:slug>/sample/", include("surveys.sample.urls")),
    path("", include("surveys.invitations.urls")),
]
