"""A report as one frozen object: what pages show, exporters write and editions keep.

It holds every figure exactly (fractions as "88/3" in JSON), the counts, proposals and
rules each figure follows from, and every text in all its languages. It never asks the
database for anything, and the same report always gives the same bytes.
"""

import hashlib
import json
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
)

from surveys.scoring import round_half_up

Exact = Annotated[
    Fraction,
    BeforeValidator(Fraction),
    PlainSerializer(lambda value: f"{value.numerator}/{value.denominator}"),
]
# A moment, always in UTC, so that the same moment always gives the same bytes.
Moment = Annotated[datetime, AfterValidator(lambda value: value.astimezone(UTC))]
# {language: text}
Texts = dict[str, str]


# What `build_report` writes now; everything older must still open.
SCHEMA_VERSION = 3


def as_printed(percent: Fraction | None) -> int | None:
    """A percentage as it is printed: rounded half up to a whole number."""
    return None if percent is None else int(round_half_up(percent))


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class BandPart(Part):
    """Percentages from `lowest` to `highest`, both rounded and both included."""

    code: str
    name: Texts
    lowest: int
    highest: int


class IndicatorFigure(Part):
    """One goal's indicator. `tally`: score -> respondents; `missing`: why -> them."""

    number: int
    name: Texts
    dimension: int
    tally: dict[int, int]
    missing: dict[str, int]
    n: int
    mean: Exact | None
    percent: Exact | None
    standard_deviation: float | None
    # Too few people rated it, or it would give away one that too few people rated.
    is_suppressed: bool = False


class IntervalFigure(Part):
    """In percentage points."""

    low: float
    high: float
    n: int


class SurveyFigure(Part):
    """A goal's survey average, in points of the scale and in percentage points."""

    respondents: int
    mean: Exact | None
    percent: Exact | None
    pooled_percent: Exact | None
    band: str | None
    interval: IntervalFigure | None
    standard_deviation: float | None
    is_suppressed: bool
    indicators: list[IndicatorFigure]
    # Of a draft while the survey is open: suppressed so far, whether or not anybody
    # rated it. Never in an edition, hence in no checksum.
    is_waiting: Annotated[bool, Field(exclude=True)] = False


class SupportLine(Part):
    by: str
    reason: str
    # False for an expert whose interest on the goal keeps them from being counted.
    is_counted: bool = True


class ProposalLine(Part):
    """`number` counts from 1 within the goal; `revises` is another's number.

    `supports` are those in force, `withdrawn` those taken back, with the reason for it.
    """

    number: int
    by: str
    kind: str
    percent: Exact | None
    justification: str
    confidence: str
    interest: str
    revises: int | None
    is_current: bool
    proposed_at: Moment
    supports: list[SupportLine]
    withdrawn: list[SupportLine] = []
    is_counted: bool = True

    @property
    def counted_supports(self) -> int:
        """How many others back it, of those who are counted."""
        return sum(support.is_counted for support in self.supports)


class SettlementLine(Part):
    rule: str
    percent: Exact
    reason: str
    dissent: str
    by: str
    settled_at: Moment


class LeftOut(Part):
    """An expert who was heard and not counted, and the interest they declared."""

    by: str
    interest: str


class RoundLine(Part):
    """What one round did on this goal."""

    number: int
    title: str
    rule: str
    is_blind: bool
    opened_at: Moment
    closed_at: Moment | None
    meetings: list[int]
    proposals: list[ProposalLine]
    settlement: SettlementLine | None
    left_out: list[LeftOut] = []


class SourceLine(Part):
    """An answer to an open question (`question` is its code), or a proposal."""

    kind: str
    question: str
    text: str


class StatementLine(Part):
    number: int
    text: Texts
    sources: list[SourceLine]


class GoalPage(Part):
    number: int
    title: Texts
    full_title: Texts
    survey: SurveyFigure
    percent: Exact | None
    band: str | None
    rounds: list[RoundLine]
    summary: list[StatementLine]
    challenges: list[StatementLine]
    achievements: list[StatementLine]
    # heading -> statements, always all three headings
    recommendations: dict[str, list[StatementLine]]

    @property
    def settlement(self) -> SettlementLine | None:
        """The settlement in force: that of the last round that settled the goal."""
        settled = [line.settlement for line in self.rounds if line.settlement]
        return settled[-1] if settled else None

    @property
    def has_changed(self) -> bool:
        """Whether the two averages differ as they are printed."""
        return as_printed(self.percent) != as_printed(self.survey.percent)


class DimensionFigure(Part):
    number: int
    name: Texts
    description: Texts
    percent: Exact | None


class IndicatorRow(Part):
    """An indicator over all goals."""

    number: int
    name: Texts
    question: Texts
    dimension: int
    percent: Exact | None


class Overall(Part):
    """Means of the unrounded figures of all goals."""

    survey_mean: Exact | None
    survey_percent: Exact | None
    survey_band: str | None
    percent: Exact | None
    band: str | None


class KeyFindings(Part):
    """Numbers of goals, by rounded percentages against the two thresholds."""

    high: int
    low: int
    survey_above_high: list[int]
    survey_below_low: list[int]
    above_high: list[int]
    below_low: list[int]
    lowered: list[int]
    raised: list[int]
    # [goal, band before, band after]
    band_changes: list[tuple[int, str, str]]
    # Numbers of the indicators with the highest and lowest averages over all goals.
    strongest_indicators: list[int]
    weakest_indicators: list[int]


class GroupLine(Part):
    """`n` is None where the group is too small to be shown."""

    code: str
    label: Texts
    n: int | None


class BreakdownLine(Part):
    code: str
    text: Texts
    groups: list[GroupLine]


class NumberLine(Part):
    """`lowest` and `highest` are None where they would say too much of one person.

    `n` is None, and the mean a whole number, where those who gave no number are too
    few to be told of.
    """

    code: str
    text: Texts
    n: int | None
    lowest: int | None
    highest: int | None
    mean: Exact


class ExclusionLine(Part):
    """Why one response counts in no average: kind of reason, coordinator's words."""

    cause: str
    reason: str


class Sample(Part):
    """`responses` are those that count; from schema 3 on, `answered` are all of them.

    `describes_excluded`: days, groups and numbers are of all of them.
    """

    responses: int
    answered: int | None = None
    exclusions: list[ExclusionLine] = []
    describes_excluded: bool = False
    first_day: date | None
    last_day: date | None
    breakdowns: list[BreakdownLine]
    numbers: list[NumberLine]


class MeetingLine(Part):
    number: int
    round: int
    starts_at: Moment
    minutes_long: int
    place: str
    goals: list[int]
    attended_by: list[str]
    minutes: str


class ChapterPage(Part):
    """`blocks`: language -> blocks: heading, paragraphs, bullets, table or terms."""

    code: str
    placement: str
    title: Texts
    blocks: dict[str, list[dict]]


class Method(Part):
    """How the figures are made, as the instrument and the scorecard say."""

    percent_formula: str
    missing_policy: str
    scale_minimum: int
    scale_maximum: int
    scale_labels: list[Texts]
    missing_labels: dict[str, Texts]
    smallest_group: int
    # None while nobody has opened the survey.
    opens_at: Moment | None
    closes_at: Moment
    frozen_at: Moment | None
    # Hash of the ledger's last entry on the consultation.
    ledger_head: str = ""
    rounds: int
    experts: int
    proposals: int
    supports: int
    instrument: str
    questions: dict[str, Texts]


class Report(Part):
    slug: str
    place: Texts
    year: int
    languages: list[str]
    time_zone: str
    notice: Texts
    bands: list[BandPart]
    overall: Overall
    findings: KeyFindings
    dimensions: list[DimensionFigure]
    indicators: list[IndicatorRow]
    sample: Sample
    # Cross-cutting choice questions: how many respondents chose each option.
    choices: list[BreakdownLine]
    method: Method
    meetings: list[MeetingLine]
    goals: list[GoalPage]
    chapters: list[ChapterPage]

    # Editions of before this was written down are of schema 1. From 2 on, `experts`
    # are those who took part; before, they were those on the panels. From 3 on, it is
    # told which responses were excluded.
    schema_version: int = 1

    @property
    def is_consulted(self) -> bool:
        """Whether experts have settled at least one goal."""
        return any(page.settlement for page in self.goals)

    def goal(self, number: int) -> GoalPage | None:
        return next((page for page in self.goals if page.number == number), None)

    def chapter(self, code: str) -> ChapterPage | None:
        return next((page for page in self.chapters if page.code == code), None)

    def band(self, code: str | None) -> BandPart | None:
        return next((band for band in self.bands if band.code == code), None)

    def canonical_json(self) -> str:
        """The same text for the same report, on every machine and database."""
        return json.dumps(
            self.model_dump(mode="json"),
            sort_keys=True,
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @property
    def checksum(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal."""
        return hashlib.sha256(self.canonical_json().encode()).hexdigest()
