"""How far a panel agrees, from its proposals: the figures of one goal or of a round.

Only the current proposals of counted experts enter. Percentages are percentage points,
exact. Whoever shows these figures asks for them as a member: a goal whose panel is not
shown to that member is left out, whatever was asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from surveys.models import Member
from validation.agreement import (
    Concordance,
    Stability,
    interquartile_range,
    kendalls_w,
    median,
    quartiles,
    stability,
    van_der_eijk_a,
)
from validation.baseline import averages_in_force
from validation.consensus import (
    PanelView,
    RuleNotComputable,
    leave_one_out,
    settle,
)
from validation.models import Assignment, Proposal, RoundGoal, Support
from validation.panels import percent_of_proposal

Percents = Mapping[int, Fraction | None]
"""Goal number -> survey average in force."""

CLASSES = 10


@dataclass(frozen=True)
class Within:
    """`count` of `of` experts."""

    count: int
    of: int


@dataclass(frozen=True)
class PanelFigures:
    """One goal in one round. Experts are named by their member's primary key.

    `classes`: how many experts estimate 0 to under 10, 10 to under 20, …, 90 to 100;
    `van_der_eijk_a` is over them and None under two experts. `previous` is the last
    opened round before this one on the same goal, if there is one, and `stability`
    what moved since, over those who spoke in both. `settled` is what the frozen rule
    gives, or what was settled; `influence` is by how much each expert moves what the
    rule computes (None where it computes nothing, as for an agreed value).
    """

    round_goal: RoundGoal
    estimates: Mapping[int, Fraction]
    survey_percent: Fraction | None
    median: Fraction | None
    quartiles: tuple[Fraction, Fraction] | None
    iqr: Fraction | None
    within_5: Within
    classes: tuple[int, ...]
    van_der_eijk_a: Fraction | None
    previous: RoundGoal | None
    stability: Stability | None
    settled: Fraction | None
    influence: Mapping[int, Fraction | None]
    far_out: tuple[int, ...]

    @property
    def n(self) -> int:
        """How many counted experts have an estimate on record."""
        return len(self.estimates)


@dataclass(frozen=True)
class Ranking:
    """Kendall's W of a round: `experts` of `of` estimated every one of `goals`.

    `of_goals`: how many goals of the round have an estimate.
    """

    concordance: Concordance | None
    goals: tuple[int, ...]
    experts: int
    of: int
    of_goals: int


def far_outside(
    estimates: Mapping[int, Fraction],
    *,
    spread: Fraction | int = Fraction(3, 2),
    points: Fraction | int = 10,
) -> tuple[int, ...]:
    """x < Q1 - 3/2·IQR or x > Q3 + 3/2·IQR, and at least `points` beyond Q1 or Q3.

    Experts in the order of their estimates. The second condition keeps a panel that
    nearly agrees from calling two points far; on under four experts quartiles say
    nothing, and nobody is far out.

    Source: J. W. Tukey, Exploratory Data Analysis (1977), ch. 2, the inner fences.

    >>> far_outside({1: 30, 2: 31, 3: 32, 4: 33, 5: 70})
    (5,)
    """
    ends = quartiles(estimates.values())
    if ends is None or len(estimates) < 4:
        return ()
    first, third = ends
    reach = spread * (third - first)
    beyond = {
        expert: max(first - value, value - third) for expert, value in estimates.items()
    }
    far = [e for e, gap in beyond.items() if gap > reach and gap >= points]
    return tuple(sorted(far, key=lambda expert: (estimates[expert], expert)))


def panel_figures(
    member: Member,
    round_goals: Iterable[RoundGoal],
    survey_percents: Percents | None = None,
) -> dict[int, PanelFigures]:
    """RoundGoal pk -> figures, for those whose panel is shown to the member.

    The goals are of the member's scorecard. `survey_percents` saves computing them
    again. The number of queries does not depend on how many goals there are.
    """
    asked = [one.pk for one in round_goals]
    shown = list(
        RoundGoal.objects.showing_panel_to(member)
        .filter(pk__in=asked)
        .select_related("round", "goal", "settlement")
        .order_by("round__number", "goal__number")
    )
    if survey_percents is None:
        averages = averages_in_force(member.scorecard)
        survey_percents = {n: goal.percent for n, goal in averages.goals.items()}
    before = _previous_of(member, shown)
    panels = _panels([*shown, *before.values()], survey_percents)
    return {
        one.pk: _figures(one, panels[one.pk], before.get(one.pk), panels)
        for one in shown
    }


def ranking(figures: Sequence[PanelFigures]) -> Ranking:
    """Kendall's W over the largest block of goals that the same experts all estimated.

    W compares rankings of the same things, and filling gaps would invent answers. Of
    the sets of goals that single experts, or two experts together, have estimated, the
    one with the most estimates (experts times goals) is compared, of two such the one
    with more goals, then the one that begins with the lower numbers. Higher
    percentages rank higher. No concordance where no two experts share two goals.
    """
    panels = {one.round_goal.goal.number: one.estimates for one in figures if one.n}
    said: dict[int, frozenset[int]] = {
        expert: frozenset(goal for goal, other in panels.items() if expert in other)
        for estimates in panels.values()
        for expert in estimates
    }
    goals, experts = _largest_block(said)
    scores = [[panels[goal][expert] for goal in goals] for expert in experts]
    return Ranking(
        concordance=kendalls_w(scores),
        goals=goals,
        experts=len(experts),
        of=len(said),
        of_goals=len(panels),
    )


def _largest_block(
    said: Mapping[int, frozenset[int]],
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """(goals, experts) of the block that `ranking` compares; empty where there is none.

    `said`: expert -> goals they estimated.
    """
    own = set(said.values())
    shared = {one & other for one in own for other in own}
    blocks = [
        (tuple(sorted(goals)), tuple(sorted(e for e in said if goals <= said[e])))
        for goals in shared
        if len(goals) > 1
    ]
    blocks = [block for block in blocks if len(block[1]) > 1]
    if not blocks:
        return (), ()
    return min(
        blocks,
        key=lambda block: (-len(block[0]) * len(block[1]), -len(block[0]), block),
    )


class _Panel:
    """The counted experts' current proposals on one goal, and who backs which."""

    def __init__(self, survey_percent: Fraction | None) -> None:
        self.survey_percent = survey_percent
        self.proposals: list[Proposal] = []
        self.backers: dict[int, set[int]] = {}

    @cached_property
    def estimates(self) -> dict[int, Fraction]:
        """Without those who keep a survey average that does not exist."""
        survey_percent = self.survey_percent
        return {
            one.expert_id: percent_of_proposal(one, survey_percent or Fraction(0))
            for one in self.proposals
            if one.percent is not None or survey_percent is not None
        }

    def view(self, without: int | None = None) -> PanelView:
        """As the rules see it, as if this expert had neither proposed nor supported."""
        assert self.survey_percent is not None
        left = {e: value for e, value in self.estimates.items() if e != without}
        return PanelView(
            survey_percent=self.survey_percent,
            latest=tuple(left.values()),
            supporters=tuple(
                (left[one.expert_id], len(self.backers[one.pk] - {without}))
                for one in self.proposals
                if one.expert_id in left
            ),
        )


def _panels(
    round_goals: Sequence[RoundGoal], survey_percents: Percents
) -> dict[int, _Panel]:
    panels = {
        one.pk: _Panel(survey_percents.get(one.goal.number)) for one in round_goals
    }
    proposals = Proposal.objects.filter(round_goal__in=panels).current().counted()
    for proposal in proposals:
        panel = panels[proposal.round_goal_id]
        panel.proposals.append(proposal)
        panel.backers.setdefault(proposal.pk, set())
    not_counted = set(
        Assignment.objects.not_counted()
        .filter(goal__in=[one.goal_id for one in round_goals])
        .values_list("goal", "expert")
    )
    supports = Support.objects.filter(
        proposal__round_goal__in=panels, withdrawal__isnull=True
    ).select_related("proposal__round_goal")
    for one in supports:
        goal, panel = (
            one.proposal.round_goal.goal_id,
            panels[one.proposal.round_goal_id],
        )
        if (goal, one.expert_id) not in not_counted:
            panel.backers.setdefault(one.proposal_id, set()).add(one.expert_id)
    return panels


def _previous_of(
    member: Member, round_goals: Sequence[RoundGoal]
) -> dict[int, RoundGoal]:
    """RoundGoal pk -> the same goal in the last round that opened before it."""
    earlier = list(
        RoundGoal.objects.showing_panel_to(member)
        .filter(
            goal__in=[one.goal_id for one in round_goals],
            round__opened_at__isnull=False,
        )
        .select_related("round", "goal")
        .order_by("round__number")
    )
    return {
        one.pk: older
        for one in round_goals
        for older in earlier
        if older.goal_id == one.goal_id and older.round.number < one.round.number
    }


def _figures(
    round_goal: RoundGoal,
    panel: _Panel,
    previous: RoundGoal | None,
    panels: Mapping[int, _Panel],
) -> PanelFigures:
    estimates = panel.estimates
    values = estimates.values()
    middle = median(values)
    classes = _in_classes(values)
    before = panels[previous.pk].estimates if previous else {}
    return PanelFigures(
        round_goal=round_goal,
        estimates=estimates,
        survey_percent=panel.survey_percent,
        median=middle,
        quartiles=quartiles(values),
        iqr=interquartile_range(values),
        within_5=Within(
            count=sum(middle is not None and abs(v - middle) <= 5 for v in values),
            of=len(estimates),
        ),
        classes=classes,
        van_der_eijk_a=van_der_eijk_a(classes) if len(estimates) > 1 else None,
        previous=previous,
        stability=stability(before, estimates),
        settled=_settled(round_goal, panel),
        influence=_influence(round_goal, panel),
        far_out=far_outside(estimates),
    )


def _in_classes(values: Iterable[Fraction]) -> tuple[int, ...]:
    """0 to under 10, …, 90 to 100: 100 belongs to the last class."""
    counts = [0] * CLASSES
    for value in values:
        counts[min(int(value * CLASSES / 100), CLASSES - 1)] += 1
    return tuple(counts)


def _settled(round_goal: RoundGoal, panel: _Panel) -> Fraction | None:
    settlement = getattr(round_goal, "settlement", None)
    if settlement is not None:
        return settlement.percent
    if panel.survey_percent is None:
        return None
    try:
        return settle(round_goal.rule, panel.view())
    except RuleNotComputable:
        return None


def _influence(round_goal: RoundGoal, panel: _Panel) -> dict[int, Fraction | None]:
    """By expert, of those who propose or support; both are taken away together."""
    current = (panel.backers[one.pk] for one in panel.proposals)
    experts = sorted(set(panel.estimates).union(*current))
    if panel.survey_percent is None:
        return dict.fromkeys(experts)
    without = {expert: panel.view(expert) for expert in experts}
    return leave_one_out(round_goal.rule, panel.view(), without)
