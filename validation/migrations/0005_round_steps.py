"""What is done with a round stays on record; rounds open in the order of numbers."""

import django.db.models.deletion
from django.db import migrations, models

from surveys.triggers import Refuse, append_only

# A round of a higher number was opened on the goal: the last word is its.
OVERTAKEN = """
NEW.is_open AND NOT OLD.is_open AND EXISTS (
    SELECT 1 FROM validation_roundgoal g
      JOIN validation_round later ON later.id = g.round_id
      JOIN validation_round mine ON mine.id = NEW.round_id
     WHERE g.scorecard_id = NEW.scorecard_id AND g.goal_id = NEW.goal_id
       AND later.number > mine.number AND later.opened_at IS NOT NULL
       AND NOT g.is_open
)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0002_triggers"),
        ("validation", "0004_erasure"),
    ]

    operations = [
        migrations.CreateModel(
            name="RoundStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("round_key", models.BigIntegerField()),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("prepared", "Prepared"),
                            ("changed", "Changed"),
                            ("postponed", "Postponed"),
                            ("removed", "Removed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("content", models.JSONField()),
                ("done_at", models.DateTimeField()),
                (
                    "done_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="surveys.member",
                    ),
                ),
                (
                    "scorecard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="round_steps",
                        to="surveys.scorecard",
                    ),
                ),
            ],
            options={
                "ordering": ["done_at", "pk"],
                "indexes": [
                    models.Index(
                        fields=["scorecard", "round_key"],
                        name="validation__scoreca_4564ed_idx",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "what__in",
                                ["prepared", "changed", "postponed", "removed"],
                            )
                        ),
                        name="round_step_is_known",
                    )
                ],
            },
        ),
        *append_only("validation_roundstep"),
        Refuse(
            "validation_roundgoal_overtaken",
            "validation_roundgoal",
            "UPDATE",
            "a later round was opened on this goal",
            OVERTAKEN,
        ),
    ]
