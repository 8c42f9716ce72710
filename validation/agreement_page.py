"""A panel's agreement as a page shows it: a sentence, a strip of dots, the measures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from surveys.charts import Axis, DotStrip, Reference
from surveys.models import Member
from validation import agreement_words as words
from validation.consensus_figures import PanelFigures, Percents, panel_figures
from validation.identities import names_of
from validation.models import RoundGoal


@dataclass(frozen=True)
class ExpertLine:
    """One expert, under the name they appear under. Figures in percentage points.

    `expert`: their member's primary key. `influence` is how far they move what the rule
    computes, None where nothing is.
    `estimate` is None for who only supports.
    """

    expert: int
    name: str
    estimate: Fraction | None
    influence: Fraction | None
    influence_words: str
    is_far_out: bool
    is_mine: bool


@dataclass(frozen=True)
class Agreement:
    """What templates/validation/agreement.html shows."""

    figures: PanelFigures
    summary: str
    lines: list[words.Line]
    strip: DotStrip
    experts: list[ExpertLine]
    is_mine_left_out: bool

    @property
    def far_out(self) -> list[ExpertLine]:
        """Experts far outside the middle half."""
        return [line for line in self.experts if line.is_far_out]


def agreement_for(
    member: Member,
    round_goal: RoundGoal,
    survey_percent: Fraction | None = None,
    *,
    names: Mapping[int, str] | None = None,
) -> Agreement | None:
    """The agreement on one goal as this member may read it; None where they may not,
    or where no counted expert has an estimate.

    `survey_percent` and `names` (validation.identities.names_of) save queries if the
    caller has them.
    """
    percents = None
    if survey_percent is not None:
        percents = {round_goal.goal.number: survey_percent}
    found = agreements_for(member, [round_goal], percents, names=names)
    return found.get(round_goal.pk)


def agreements_for(
    member: Member,
    round_goals: Iterable[RoundGoal],
    survey_percents: Percents | None = None,
    *,
    names: Mapping[int, str] | None = None,
) -> dict[int, Agreement]:
    """RoundGoal pk -> agreement, for many goals in a fixed number of queries."""
    figures = panel_figures(member, round_goals, survey_percents)
    if names is None:
        names = names_of(member.scorecard)
    own = set()
    if member.pk is not None:
        own = set(member.proposals.values_list("round_goal", flat=True))
    return {
        pk: agreement_of(one, member, names, pk in own)
        for pk, one in figures.items()
        if one.n
    }


def agreement_of(
    figures: PanelFigures,
    member: Member | None,
    names: Mapping[int, str],
    has_spoken: bool = False,
) -> Agreement:
    """As this member reads it, or with nobody's own marked.

    `has_spoken`: they have an estimate, counted or not.
    """
    reader = member.pk if member else None
    return Agreement(
        figures=figures,
        summary=words.summary(figures),
        lines=words.lines(figures),
        strip=strip_of(figures, member),
        experts=_experts(figures, reader, names),
        is_mine_left_out=has_spoken and reader not in figures.estimates,
    )


def strip_of(figures: PanelFigures, member: Member | None = None) -> DotStrip:
    """The estimates on one line, the member's own marked if it is counted."""
    references: tuple[Reference, ...] = ()
    if figures.survey_percent is not None:
        references = (Reference(_("Survey average"), figures.survey_percent),)
    return DotStrip(
        title=_("Goal %(number)d: where the experts’ estimates lie")
        % {"number": figures.round_goal.goal.number},
        points=tuple(sorted(figures.estimates.values())),
        median=figures.median,
        middle_half=figures.quartiles,
        mine=figures.estimates.get(member.pk) if member else None,
        references=references,
        # As they were given: who said 29.5% looks for 29.5%.
        axis=Axis(name=_("Percentage"), places=None),
    )


def _experts(
    figures: PanelFigures, reader: int | None, names: Mapping[int, str]
) -> list[ExpertLine]:
    """By estimate, lowest first; who only supports comes last."""
    lines = []
    for expert in {**figures.estimates, **figures.influence}:
        influence = figures.influence.get(expert)
        lines.append(
            ExpertLine(
                expert=expert,
                name=names.get(expert, ""),
                estimate=figures.estimates.get(expert),
                influence=influence,
                influence_words=(
                    "" if influence is None else words.points(influence, signed=True)
                ),
                is_far_out=expert in figures.far_out,
                is_mine=expert == reader,
            )
        )
    return sorted(
        lines,
        key=lambda line: (
            line.estimate is None,
            line.estimate or Fraction(0),
            line.name,
        ),
    )
