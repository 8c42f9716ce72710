"""A goal's trail, told in order: from the survey to what was settled last."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from surveys.models import Goal, Member
from validation.agreement import Stability, interquartile_range, median, stability
from validation.board.evidence import Evidence, evidence_on
from validation.models import LedgerEntry, Round, RoundGoal
from validation.panels import panel_view
from validation.settling.working import working
from validation.trail import wording
from validation.trail.reading import read_trail
from validation.trail.records import Record
from validation.words import RULE_EXPLANATIONS, RULE_NAMES


@dataclass(frozen=True)
class Step:
    """One line of the story. `texts` are people's words, each with what it is."""

    what: str
    at: datetime | None
    texts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    figure: str = ""
    state: str = ""
    entry: LedgerEntry | None = None
    meeting: int | None = None


@dataclass(frozen=True)
class Moved:
    """From the round before to this one, over the experts who spoke in both.

    Percentage points; `share` in percent of those experts moved more than 5 points.
    """

    since: int
    experts: int
    median_before: Fraction | None
    median_after: Fraction | None
    iqr_before: Fraction | None
    iqr_after: Fraction | None
    share: Fraction
    is_stable: bool


@dataclass(frozen=True)
class RoundPart:
    """One round on the goal. `is_hidden`: blind, and not shown to this member yet."""

    round: Round
    round_goal: RoundGoal
    steps: tuple[Step, ...]
    moved: Moved | None
    is_hidden: bool


@dataclass(frozen=True)
class Story:
    """`evidence` is None until the survey's figures are frozen, and so is the rest."""

    evidence: Evidence | None
    survey: tuple[Step, ...]
    parts: tuple[RoundPart, ...]
    interests: tuple[Record, ...]
    entries: int
    head: str | None


def story_of(member: Member, goal: Goal) -> Story:
    """Everything on this goal that the member may read, round after round."""
    trail = read_trail(member, goal)
    records = trail.records
    is_frozen = any(record.kind == "baseline" for record in records)
    evidence = evidence_on(member.scorecard, goal) if is_frozen else None
    percent = evidence.average.percent if evidence else None
    return Story(
        evidence=evidence,
        survey=tuple(_survey(records, evidence)),
        parts=tuple(_parts(member, goal, records, percent)),
        interests=tuple(one for one in records if one.kind == "interest"),
        entries=len(trail.ledger),
        head=trail.head,
    )


def _survey(records: Iterable[Record], evidence: Evidence | None) -> Iterator[Step]:
    if evidence is None:
        return
    baseline = next(one for one in records if one.kind == "baseline")
    yield Step(wording.tally(evidence), None)
    yield Step(
        wording.frozen(baseline),
        baseline.at,
        notes=tuple(wording.survey_average(evidence)),
        figure=wording.percent(evidence.average.percent),
        entry=baseline.entry,
    )


def _parts(
    member: Member,
    goal: Goal,
    records: Iterable[Record],
    survey_percent: Fraction | None,
) -> Iterator[RoundPart]:
    """What moved is told where both rounds are open to the member."""
    shown = set(
        RoundGoal.objects.showing_panel_to(member)
        .filter(goal=goal)
        .values_list("pk", flat=True)
    )
    by_round: dict[int, list[Record]] = {}
    for record in records:
        if record.round is not None:
            by_round.setdefault(record.round, []).append(record)
    before: RoundPart | None = None
    for round_goal in _round_goals(member, goal, by_round):
        said = by_round[round_goal.round.number]
        is_hidden = round_goal.pk not in shown
        moved = None
        if before and not is_hidden and not before.is_hidden:
            earlier = by_round[before.round.number]
            moved = moved_since(before.round.number, earlier, said, survey_percent)
        teller = _Teller(said, round_goal, survey_percent)
        before = RoundPart(
            round=round_goal.round,
            round_goal=round_goal,
            steps=tuple(teller.steps()),
            moved=moved,
            is_hidden=is_hidden,
        )
        yield before


def _round_goals(
    member: Member, goal: Goal, by_round: Mapping[int, list[Record]]
) -> Iterable[RoundGoal]:
    return (
        RoundGoal.objects.filter(scorecard=member.scorecard_id, goal=goal)
        .filter(round__number__in=list(by_round))
        .select_related("round", "goal")
        .order_by("round__number")
    )


def latest_estimates(
    records: Iterable[Record], survey_percent: Fraction | None
) -> dict[int, Fraction]:
    """Expert -> the percentage they proposed last; keep is the survey average."""
    latest: dict[int, Fraction] = {}
    for record in records:
        if record.kind != "proposal" or not record.is_counted or not record.member:
            continue
        percent = survey_percent if record.percent is None else record.percent
        if percent is not None:
            latest[record.member] = percent
    return latest


def moved_since(
    since: int,
    earlier: Iterable[Record],
    later: Iterable[Record],
    survey_percent: Fraction | None,
) -> Moved | None:
    """How the panel moved between two rounds; None if nobody spoke in both."""
    before = latest_estimates(earlier, survey_percent)
    after = latest_estimates(later, survey_percent)
    found: Stability | None = stability(before, after)
    if found is None:
        return None
    both = [expert for expert in before if expert in after]
    was, now = [before[one] for one in both], [after[one] for one in both]
    return Moved(
        since=since,
        experts=found.experts,
        median_before=median(was),
        median_after=median(now),
        iqr_before=interquartile_range(was),
        iqr_after=interquartile_range(now),
        share=100 * (1 - found.share_steady),
        is_stable=found.is_stable,
    )


class _Teller:
    """The steps of one round, in the order in which they happened."""

    def __init__(
        self,
        records: list[Record],
        round_goal: RoundGoal,
        survey_percent: Fraction | None,
    ) -> None:
        self.records, self.round_goal = records, round_goal
        self.survey_percent = survey_percent
        self.by_id = {record.id: record for record in records}
        self.came: dict[int | None, list[str]] = {}
        for record in records:
            if record.kind == "attendance":
                self.came.setdefault(record.meeting, []).append(record.by)

    def steps(self) -> Iterator[Step]:
        for record in self.records:
            tell = getattr(self, f"_{record.kind}", None)
            if tell:
                yield tell(record)

    def _step(self, record: Record, what: str, **more: Any) -> Step:
        return Step(what, record.at, entry=record.entry, **more)

    def _round_opened(self, record: Record) -> Step:
        rule = self.round_goal.rule
        return self._step(
            record,
            wording.opened(record),
            notes=(
                wording.rule_frozen(RULE_NAMES[rule], RULE_EXPLANATIONS[rule]),
                wording.blindness(bool(record.is_blind)),
            ),
        )

    def _proposal(self, record: Record) -> Step:
        before = self.by_id.get(record.about)
        return self._step(
            record,
            wording.proposed(record, before),
            figure=wording.estimate(record, self.survey_percent),
            notes=tuple(wording.about_proposal(record, before, self.survey_percent)),
            texts=wording.texts_of_proposal(record),
        )

    def _support(self, record: Record) -> Step:
        proposal = self.by_id[record.about]
        return self._step(
            record,
            wording.supported(record, proposal, self.survey_percent),
            texts=wording.said("", record.text),
            notes=() if record.is_counted else (wording.not_counted(),),
        )

    def _withdrawal(self, record: Record) -> Step:
        support = self.by_id[record.about]
        proposal = self.by_id[support.about]
        what = wording.withdrew(record, proposal, self.survey_percent)
        return self._step(record, what, texts=wording.said("", record.text))

    def _comment(self, record: Record) -> Step:
        proposal = self.by_id.get(record.about)
        what = wording.commented(record, proposal)
        return self._step(record, what, texts=wording.said("", record.text))

    def _goal_revealed(self, record: Record) -> Step:
        return self._step(record, wording.revealed(record))

    def _meeting(self, record: Record) -> Step:
        return self._step(
            record,
            wording.met(record),
            notes=(wording.came(self.came.get(record.meeting, [])),),
            meeting=record.meeting,
        )

    def _contribution(self, record: Record) -> Step:
        what = wording.contributed(record)
        return self._step(record, what, texts=wording.said("", record.text))

    def _settlement(self, record: Record) -> Step:
        return self._step(
            record,
            wording.settled(record),
            figure=wording.settled_figure(record),
            notes=(wording.by_rule(RULE_NAMES[record.rule], self._working(record)),),
            texts=wording.texts_of_settlement(record),
            state="final",
        )

    def _round_closed(self, record: Record) -> Step:
        return self._step(record, wording.closed(record))

    def _working(self, record: Record) -> str:
        """The rule with its inputs, from the proposals that stand."""
        if self.survey_percent is None:
            return ""
        panel = panel_view(self.round_goal, self.survey_percent, record.percent)
        return working(record.rule, panel)
