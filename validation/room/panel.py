"""What the shared screen shows of a goal's panel. Blind experts look at it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from surveys.models import Member
from validation.agreement_page import Agreement, agreement_for
from validation.meetings.access import contributions_for
from validation.meetings.said import Said, said_by_goal
from validation.models import Proposal, RoundGoal, Settlement
from validation.panels import panel_view, percent_of_proposal
from validation.seats import experts_on
from validation.settling.working import RuleLine, rule_lines, working


@dataclass(frozen=True)
class Estimate:
    """A current proposal. `percent` None where there is no survey average to keep."""

    proposal: Proposal
    percent: Fraction | None
    supporters: int
    is_counted: bool


@dataclass(frozen=True)
class RoomPanel:
    """`is_kept_back`: only how many of the `experts` have `estimated` may be shown.

    Everything else is empty then, whatever the panel said.
    """

    is_kept_back: bool
    experts: int
    estimated: int
    settlement: Settlement | None
    working: str = ""
    agreement: Agreement | None = None
    estimates: list[Estimate] = field(default_factory=list)
    rules: list[RuleLine] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)

    @property
    def missing(self) -> int:
        return max(0, self.experts - self.estimated)

    @property
    def state(self) -> str:
        """settled, kept (back) or shown."""
        if self.settlement:
            return "settled"
        return "kept" if self.is_kept_back else "shown"


def is_kept_back(round_goal: RoundGoal) -> bool:
    """A blind goal, open, that nobody revealed: somebody in the room may be blind."""
    return (
        round_goal.is_open
        and round_goal.round.is_blind
        and round_goal.revealed_at is None
    )


def room_panel(
    member: Member,
    round_goal: RoundGoal,
    survey_percent: Fraction | None,
    names: Mapping[int, str],
) -> RoomPanel:
    """The panel of this goal as everybody in the room may see it."""
    settlement = getattr(round_goal, "settlement", None)
    proposals = Proposal.objects.filter(round_goal=round_goal).current()
    experts = experts_on(round_goal).count()
    if is_kept_back(round_goal):
        return RoomPanel(True, experts, proposals.count(), settlement)
    estimates = _estimates(member, round_goal, survey_percent)
    view = None
    if survey_percent is not None:
        agreed = settlement.percent if settlement else None
        view = panel_view(round_goal, survey_percent, agreed)
    said = said_by_goal(contributions_for(member).filter(round_goal=round_goal))
    return RoomPanel(
        is_kept_back=False,
        experts=experts,
        estimated=len(estimates),
        settlement=settlement,
        working=working(settlement.rule, view) if settlement and view else "",
        agreement=agreement_for(member, round_goal, survey_percent, names=names),
        estimates=estimates,
        rules=[] if settlement else rule_lines(view),
        said=said[0].said if said else [],
    )


def _estimates(
    member: Member, round_goal: RoundGoal, survey_percent: Fraction | None
) -> list[Estimate]:
    """Lowest first, as they lie on the strip of dots."""
    shown = Proposal.objects.visible_to(member).filter(round_goal=round_goal).current()
    counted = set(shown.counted().values_list("pk", flat=True))
    estimates = [
        Estimate(
            proposal=one,
            percent=None
            if one.percent is None and survey_percent is None
            else percent_of_proposal(one, survey_percent or Fraction(0)),
            supporters=one.supporter_count,  # type: ignore[attr-defined]
            is_counted=one.pk in counted,
        )
        for one in shown.with_supporters().select_related("entered_by")
    ]
    return sorted(estimates, key=lambda one: (one.percent is None, one.percent or 0))
