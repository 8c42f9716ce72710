"""A panel is noted while its goal is still open; then it stays what it was."""

from django.db import migrations

from surveys.triggers import Refuse, append_only

GOAL_IS_CLOSED = """
NOT EXISTS (
    SELECT 1 FROM validation_roundgoal rg
     WHERE rg.id = NEW.round_goal_id AND rg.is_open
)
"""
NOT_ON_THE_PANEL = """
NOT EXISTS (
    SELECT 1 FROM validation_assignment a
      JOIN validation_roundgoal rg ON rg.goal_id = a.goal_id
      JOIN surveys_member m ON m.id = a.expert_id AND m.scorecard_id = rg.scorecard_id
     WHERE a.expert_id = NEW.expert_id AND rg.id = NEW.round_goal_id
)
"""


class Migration(migrations.Migration):
    dependencies = [("validation", "0006_seats")]

    operations = [
        *append_only("validation_seat"),
        Refuse(
            "validation_seat_after_closing",
            "validation_seat",
            "INSERT",
            "the panel was noted when the goal closed",
            GOAL_IS_CLOSED,
        ),
        Refuse(
            "validation_seat_of_outsider",
            "validation_seat",
            "INSERT",
            "the expert is not on the panel of this goal",
            NOT_ON_THE_PANEL,
        ),
    ]
