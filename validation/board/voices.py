"""A goal's panel: who said what, who backs it, what was commented.

One panel is the same for everybody who may see it; what differs from one reader to the
next is put around it (validation.board.now). Whether somebody may see it is asked of
RoundGoal.objects.showing_panel_to, before it is looked for.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from django.db.models import Prefetch
from django.utils.translation import get_language

from surveys.models import Member, Scorecard
from validation.baseline import averages_in_force
from validation.board.kept import Shelf
from validation.board.parts import state_of
from validation.consensus_figures import PanelFigures, panel_figures
from validation.identities import names_of
from validation.models import (
    Assignment,
    Comment,
    InterestHandling,
    Proposal,
    RoundGoal,
    Support,
)
from validation.panels import percent_of_proposal
from validation.seats import experts_on
from validation.words import CONFIDENCE_NAMES

# A change makes all boards ask within two seconds; then they need it no more.
panels: "Shelf[Panel]" = Shelf(room=64, seconds=5)
survey_percents: Shelf[Fraction | None] = Shelf(room=500, seconds=3600)


@dataclass(frozen=True)
class Voice:
    """What one expert proposes now, and what they said before, oldest first.

    `percent` in percentage points. `asked`: whether a fuller reason is asked for,
    because the estimate lies far outside the middle half: "", "asked" or "answered"
    (revised since, or commented on by its expert).
    """

    proposal: Proposal
    percent: Fraction | None
    earlier: Sequence[Proposal]
    supports: Sequence[Support]
    withdrawn: Sequence[Support]
    comments: Sequence[Comment]
    interest: str
    is_counted: bool
    asked: str

    @property
    def first(self) -> int:
        """Primary key of the expert's first proposal: stays when they revise."""
        return self.earlier[0].pk if self.earlier else self.proposal.pk

    @property
    def proposals(self) -> set[int]:
        return {self.proposal.pk, *(one.pk for one in self.earlier)}

    @property
    def confidence(self) -> str:
        return str(CONFIDENCE_NAMES[self.proposal.confidence])

    def support_of(self, member: Member) -> Support | None:
        """The member's support of the current proposal, taken back or not."""
        backings = (*self.supports, *self.withdrawn)
        return next((one for one in backings if one.expert_id == member.pk), None)


@dataclass(frozen=True)
class Counts:
    """What there is on a board: who compares two of them knows what is new."""

    estimates: int = 0
    revisions: int = 0
    supports: int = 0
    withdrawals: int = 0
    comments: int = 0


@dataclass(frozen=True)
class Company:
    """Who is there: every member's name, and who is on the goal's panel.

    `assignments`: (expert, interest, how it is handled), as they stand now. `panel`:
    the experts who are waited for in the round, or were until the goal closed there.
    """

    names: Mapping[int, str]
    assignments: tuple[tuple[int, str, str], ...]
    panel: tuple[int, ...]


@dataclass(frozen=True)
class Panel:
    """`comments`: those on the goal. `missing`: experts without an estimate.

    `states` is for whoever shows the panel, to note what they worked out about it.
    """

    voices: tuple[Voice, ...]
    comments: tuple[Comment, ...]
    figures: PanelFigures | None
    survey_percent: Fraction | None
    names: Mapping[int, str]
    missing: tuple[int, ...]
    counts: Counts
    states: dict[Hashable, tuple[str, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @cached_property
    def figures_state(self) -> str:
        """Stands for everything that is shown of the figures."""
        figures = self.figures
        return state_of(
            figures
            and (
                sorted(figures.estimates.items()),
                figures.survey_percent,
                figures.settled,
                sorted(figures.influence.items()),
                figures.previous and figures.previous.pk,
                figures.stability,
            ),
            figures and [self.names.get(expert) for expert in figures.influence],
        )

    def voice_of(self, member: Member) -> Voice | None:
        return next((v for v in self.voices if v.proposal.expert_id == member.pk), None)


def panel_for(member: Member, round_goal: RoundGoal) -> Panel | None:
    """The panel on this goal, or None where it is not shown to the member.

    Four queries where somebody else has just asked for the same.
    """
    if not is_shown(member, round_goal):
        return None
    return panel_of(member, round_goal, company_of(member.scorecard, round_goal))


def is_shown(member: Member, round_goal: RoundGoal) -> bool:
    """Whether the member may see now what the panel said on this goal."""
    shown = RoundGoal.objects.showing_panel_to(member)
    return shown.filter(pk=round_goal.pk).exists()


def company_of(scorecard: Scorecard, round_goal: RoundGoal) -> Company:
    """Three queries."""
    assignments = (
        Assignment.objects.filter(
            goal=round_goal.goal_id, expert__scorecard=scorecard.pk
        )
        .order_by("expert__name", "pk")
        .values_list("expert", "interest", "interest_handling")
    )
    panel = experts_on(round_goal).order_by("name", "pk").values_list("pk", flat=True)
    return Company(names_of(scorecard), tuple(assignments), tuple(panel))


def panel_of(member: Member, round_goal: RoundGoal, company: Company) -> Panel:
    """The panel, for a member of whom `is_shown` was asked and is true."""
    key = (
        # Random, hence of this scorecard in this database and of no other.
        member.scorecard.open_link,
        round_goal.pk,
        round_goal.changes,
        round_goal.is_open,
        get_language(),
        tuple(company.names.items()),
        company.assignments,
        company.panel,
    )
    return panels.get(key, lambda: _panel(member, round_goal, company))


def _panel(member: Member, round_goal: RoundGoal, company: Company) -> Panel:
    survey = _survey_percent(member, round_goal)
    figures = panel_figures(member, [round_goal], {round_goal.goal.number: survey})
    comments = list(Comment.objects.visible_to(member).filter(round_goal=round_goal))
    voices = _voices(
        _threads(member, round_goal),
        comments,
        survey,
        {expert: (interest, how) for expert, interest, how in company.assignments},
        figures[round_goal.pk].far_out if round_goal.pk in figures else (),
    )
    spoken = {voice.proposal.expert_id for voice in voices}
    return Panel(
        voices=voices,
        comments=tuple(one for one in comments if one.proposal_id is None),
        figures=figures.get(round_goal.pk),
        survey_percent=survey,
        names=company.names,
        missing=tuple(expert for expert in company.panel if expert not in spoken),
        counts=_counts(voices, comments),
    )


def _survey_percent(member: Member, round_goal: RoundGoal) -> Fraction | None:
    """The goal's survey average in force; it is frozen before a round opens."""
    scorecard, number = member.scorecard, round_goal.goal.number

    def compute() -> Fraction | None:
        return averages_in_force(scorecard).goals[number].percent

    if round_goal.round.opened_at is None:
        return compute()
    key = (scorecard.open_link, scorecard.smallest_group, number)
    return survey_percents.get(key, compute)


def _threads(member: Member, round_goal: RoundGoal) -> list[list[Proposal]]:
    """Each expert's proposals, in the order in which the experts first spoke."""
    proposals = (
        Proposal.objects.visible_to(member)
        .filter(round_goal=round_goal)
        .select_related("entered_by")
        .prefetch_related(
            Prefetch("supports", Support.objects.select_related("withdrawal"))
        )
    )
    said: dict[int, list[Proposal]] = {}
    for proposal in proposals:
        said.setdefault(proposal.expert_id, []).append(proposal)
    return list(said.values())


def _voices(
    threads: Iterable[Sequence[Proposal]],
    comments: Sequence[Comment],
    survey_percent: Fraction | None,
    interests: Mapping[int, tuple[str, str]],
    far_out: Sequence[int],
) -> tuple[Voice, ...]:
    voices = []
    for *earlier, current in threads:
        own = {current.pk, *(one.pk for one in earlier)}
        about = [one for one in comments if one.proposal_id in own]
        interest, handling = interests.get(current.expert_id, ("", ""))
        backings = list(current.supports.all())
        withdrawn = [one for one in backings if hasattr(one, "withdrawal")]
        voices.append(
            Voice(
                proposal=current,
                percent=_percent(current, survey_percent),
                earlier=earlier,
                supports=[one for one in backings if one not in withdrawn],
                withdrawn=withdrawn,
                comments=about,
                interest=interest,
                is_counted=handling != InterestHandling.NOT_COUNTED,
                asked=_asked(current, earlier, about, far_out),
            )
        )
    return tuple(voices)


def _percent(proposal: Proposal, survey_percent: Fraction | None) -> Fraction | None:
    if proposal.percent is None and survey_percent is None:
        return None
    return percent_of_proposal(proposal, survey_percent or Fraction(0))


def _asked(
    current: Proposal,
    earlier: Sequence[Proposal],
    comments: Iterable[Comment],
    far_out: Sequence[int],
) -> str:
    if current.expert_id not in far_out:
        return ""
    has_said_more = any(one.member_id == current.expert_id for one in comments)
    return "answered" if earlier or has_said_more else "asked"


def _counts(voices: Sequence[Voice], comments: Sequence[Comment]) -> Counts:
    return Counts(
        estimates=len(voices),
        revisions=sum(len(voice.earlier) for voice in voices),
        supports=sum(len(voice.supports) for voice in voices),
        withdrawals=sum(len(voice.withdrawn) for voice in voices),
        comments=len(comments),
    )
