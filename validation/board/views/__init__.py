"""The board: one goal in one round, evidence first, then what the panel makes of it."""

from .evidence import figure_new, figure_remove, written
from .panel import board, board_panel, goal_reveal, propose, pulse
from .remarks import comment, support, support_withdraw

__all__ = [
    "board",
    "board_panel",
    "comment",
    "figure_new",
    "figure_remove",
    "goal_reveal",
    "propose",
    "pulse",
    "support",
    "support_withdraw",
    "written",
]
