"""The panel, an expert's own pages, and the mail to everybody; below a scorecard."""

from django.urls import path

from validation.mailing import views as mailing
from validation.panel import views as panel
from validation.panel.own import views as own
from validation.people import views as people

urlpatterns = [
    path("panel/table/", panel.panel_table, name="panel_table"),
    path(
        "panel/<int:expert>/goals/<int:goal>/interest/",
        panel.panel_interest,
        name="panel_interest",
    ),
    path("panel/<int:person>/role/", people.person, name="person"),
    path("panel/<int:person>/remove/", people.person_remove, name="person_remove"),
    path("my-goals/", own.my_goals, name="my_goals"),
    path("my-goals/mail/", own.my_mail, name="my_mail"),
    path("my-goals/<int:goal>/", own.my_goal, name="my_goal"),
    path("mail/", mailing.mail, name="mail"),
    path("mail/invitations/", mailing.invitations, name="mail_invitations"),
    path("mail/again/", mailing.mail_again, name="mail_again"),
    path("rounds/<int:number>/reminders/", mailing.reminders, name="reminders"),
]
