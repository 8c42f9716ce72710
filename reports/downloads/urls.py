"""The report as a file: the draft's for its makers, an edition's for everybody."""

from django.urls import include, path

from reports.downloads import views

draft = [
    path("", views.downloads, name="downloads"),
    path("<uuid:job>/", views.download, name="download"),
    path("<uuid:job>/file/", views.download_file, name="download_file"),
]
edition = [
    path("", views.edition_downloads, name="edition_downloads"),
    path("<uuid:job>/", views.edition_download, name="edition_download"),
    path("<uuid:job>/file/", views.edition_download_file, name="edition_download_file"),
]
urlpatterns = [
    path("scorecards/<slug:slug>/report/downloads/", include(draft)),
    path("reports/<slug:slug>/<int:edition>/downloads/", include(edition)),
]
