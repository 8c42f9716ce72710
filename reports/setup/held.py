"""What of a scorecard the consultation rests on: the database refuses to change it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.models import Scorecard
from validation.models import Assignment, Baseline, RoundGoal


def held_by(scorecard: Scorecard) -> dict[str, Promise]:
    """{name of a field that no longer changes: why}."""
    held: dict[str, Promise] = {}
    if scorecard.rounds.filter(opened_at__isnull=False).exists():
        held["identities"] = _(
            "A round has opened, and experts rely on it: this no longer changes."
        )
    if Baseline.objects.filter(scorecard=scorecard).exists():
        for name in ("closes_at", "grace_minutes", "smallest_group"):
            held[name] = _("The figures are frozen: this no longer changes.")
    if (
        Assignment.objects.filter(expert__scorecard=scorecard).exists()
        or RoundGoal.objects.filter(scorecard=scorecard).exists()
    ):
        held["instrument"] = _(
            "Experts are on the panels of its goals: take them off before another "
            "questionnaire is chosen."
        )
    return held
