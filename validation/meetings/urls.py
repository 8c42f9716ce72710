"""Below a round: its meetings."""

from django.urls import include, path

from validation.meetings import views

one_meeting = [
    path("", views.meeting_page, name="meeting"),
    path("edit/", views.meeting_edit, name="meeting_edit"),
    path("calendar.ics", views.meeting_ics, name="meeting_ics"),
    path("contributions/", views.contribution_add, name="contribution_add"),
]
urlpatterns = [
    path("new/", views.meeting_new, name="meeting_new"),
    path("<int:meeting>/", include(one_meeting)),
]
