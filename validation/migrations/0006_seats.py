"""Who was on a goal's panel when it closed in a round: as far as it is still known.

Of goals that closed before this, what is known is who is on the panel now and when they
were taken up as a member. Whoever was taken up after the goal closed was not on it.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Exists, OuterRef, Q


def seat_closed_panels(apps, schema_editor):
    get = apps.get_model
    rows = get("validation", "RoundGoal").objects.filter(
        is_open=False, round__opened_at__isnull=False
    )
    seats = get("validation", "Seat").objects
    for goal in rows.select_related("round", "settlement"):
        seats.bulk_create(
            seats.model(round_goal=goal, expert_id=expert)
            for expert in _panel(get, goal)
        )


def _panel(get, goal):
    settlement = getattr(goal, "settlement", None)
    moments = [goal.round.closed_at, settlement and settlement.settled_at]
    spoke = get("validation", "Proposal").objects.filter(
        round_goal=goal, expert=OuterRef("expert")
    )
    erased = get("validation", "Erasure").objects.filter(member=OuterRef("expert"))
    joined_later = get("surveys", "Change").objects.filter(
        what="member_added",
        member_key=OuterRef("expert"),
        changed_at__gt=min(moment for moment in moments if moment),
    )
    return (
        get("validation", "Assignment")
        .objects.filter(goal=goal.goal_id, expert__scorecard=goal.scorecard_id)
        .filter(Exists(spoke) | Q(~Exists(erased)) & Q(~Exists(joined_later)))
        .order_by("pk")
        .values_list("expert", flat=True)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0002_triggers"),
        ("validation", "0005_round_steps"),
    ]

    operations = [
        migrations.CreateModel(
            name="Seat",
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
                (
                    "expert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="surveys.member",
                    ),
                ),
                (
                    "round_goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="validation.roundgoal",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("round_goal", "expert"),
                        name="one_seat_per_expert_and_goal",
                    )
                ],
            },
        ),
        migrations.RunPython(seat_closed_panels, migrations.RunPython.noop),
    ]
