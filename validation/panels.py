"""A goal's panel as the settlement rules see it."""

from fractions import Fraction

from validation.consensus import PanelView
from validation.models import Proposal, RoundGoal


def percent_of_proposal(proposal: Proposal, survey_percent: Fraction) -> Fraction:
    """What a proposal comes to: its percent, or the survey average where it keeps."""
    return survey_percent if proposal.percent is None else Fraction(proposal.percent)


def panel_view(
    round_goal: RoundGoal, survey_percent: Fraction, agreed: Fraction | None = None
) -> PanelView:
    """Every counted expert's current proposal on this goal, and who supports it."""
    proposals = list(
        Proposal.objects.filter(round_goal=round_goal)
        .current()
        .counted()
        .with_supporters()
    )
    return PanelView(
        survey_percent=survey_percent,
        latest=tuple(percent_of_proposal(p, survey_percent) for p in proposals),
        supporters=tuple(
            (percent_of_proposal(p, survey_percent), p.supporter_count)  # type: ignore[attr-defined]
            for p in proposals
        ),
        agreed=agreed,
    )
