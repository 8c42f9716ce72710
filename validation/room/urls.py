"""Below a goal in a round: the shared screen, and what is entered from the room."""

from django.urls import path

from validation.room import views

urlpatterns = [
    path("spoken/", views.propose_for, name="propose_for"),
    path("room/", views.room, name="room"),
    path("room/live/", views.room_live, name="room_live"),
    path("room/reveal/", views.room_reveal, name="room_reveal"),
    path("room/settle/", views.room_settle, name="room_settle"),
    path("room/note/", views.room_note, name="room_note"),
]
