"""Erasing a person: below /scorecards/<slug>/."""

from django.urls import path

from validation.erasure import views

urlpatterns = [
    path("panel/<int:person>/erase/", views.erase, name="erase_person"),
]
