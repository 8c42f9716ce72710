"""One goal in one round, and the pulse of its boards."""

from django.urls import path

from validation.board import views as board

# Below scorecards/<slug>/rounds/<number>/goals/<goal>/
goal_board = [
    path("", board.board, name="board"),
    path("now/", board.board_panel, name="board_panel"),
    path("written/", board.written, name="board_written"),
    path("propose/", board.propose, name="propose"),
    path("reveal/", board.goal_reveal, name="goal_reveal"),
    path("comments/", board.comment, name="comment"),
    path("proposals/<int:proposal>/support/", board.support, name="support"),
    path(
        "proposals/<int:proposal>/withdraw/",
        board.support_withdraw,
        name="support_withdraw",
    ),
    path("figures/new/", board.figure_new, name="figure_new"),
    path("figures/<int:figure>/remove/", board.figure_remove, name="figure_remove"),
]
urlpatterns = [path("pulse/<str:signed>/", board.pulse, name="pulse")]
