"""What a link in a mail leads to, without signing in."""

from django.urls import path

from validation.mailing import views

urlpatterns = [
    path("mail/reminders/<str:token>/", views.reminders_off, name="reminders_off")
]
