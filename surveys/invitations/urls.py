"""Invitees: a coordinator's pages, and what the links in letters lead to."""

from django.urls import include, path

from surveys.invitations.views import letters, people, public

of_a_scorecard = [
    path("", people.invitations, name="invitations"),
    path("add/", people.invitation_add, name="invitation_add"),
    path("table/", people.invitation_table, name="invitation_table"),
    path("table/preview/", people.invitation_preview, name="invitation_preview"),
    path("send/", letters.invitation_send, name="invitation_send"),
    path("again/", letters.invitation_again, name="invitation_again"),
    path("reminders/", letters.invitation_reminders, name="invitation_reminders"),
    path("open-link/", letters.invitation_open_link, name="invitation_open_link"),
    path("<int:number>/", people.invitation, name="invitation"),
    path("<int:number>/letters/", people.invitation_letters, name="invitation_letters"),
    path("<int:number>/erase/", people.invitation_erase, name="invitation_erase"),
]
urlpatterns = [
    path("scorecards/<slug:slug>/invitations/", include(of_a_scorecard)),
    # Tokens are made of the letters that `slug` stands for; see surveys.intake.urls.
    path("invitation/<str:token>/", public.invited, name="invited"),
    path("no-letters/<str:token>/", public.no_letters, name="no_letters"),
]
