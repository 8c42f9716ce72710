"""The consultation: who is on the panel, the rounds, the goals in them."""

from django.urls import URLPattern, URLResolver, include, path

from validation.board.urls import goal_board
from validation.panel import views as panel
from validation.rounds import views as rounds
from validation.settling import views as settling

goal_in_round: list[URLPattern | URLResolver] = [
    path("", include(goal_board)),
    path("settle/", settling.settle, name="settle"),
    path("", include("validation.room.urls")),
]
one_round: list[URLPattern | URLResolver] = [
    path("", rounds.round_page, name="round"),
    path("edit/", rounds.round_edit, name="round_edit"),
    path("due/", rounds.round_due, name="round_due"),
    path("delete/", rounds.round_delete, name="round_delete"),
    path("open/", rounds.round_open, name="round_open"),
    path("close/", rounds.round_close, name="round_close"),
    path("meetings/", include("validation.meetings.urls")),
    path("goals/<int:goal>/", include(goal_in_round)),
    path("", include("validation.side_by_side.urls")),
]
scorecard: list[URLPattern | URLResolver] = [
    path("panel/", panel.panel, name="panel"),
    path("panel/<int:expert>/", panel.panel_goals, name="panel_goals"),
    path("baseline/", rounds.baseline_freeze, name="baseline_freeze"),
    path("rounds/", rounds.rounds, name="rounds"),
    path("rounds/new/", rounds.round_new, name="round_new"),
    path("rounds/<int:number>/", include(one_round)),
    path("", include("validation.estimates.urls")),
    path("", include("validation.panel.urls")),
    path("", include("validation.trail.urls")),
    path("", include("validation.erasure.urls")),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("scorecards/<slug:slug>/", include(scorecard)),
    path("", include("validation.board.urls")),
    path("", include("validation.mailing.urls")),
]
