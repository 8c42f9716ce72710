"""Each row of a table held against the scorecard: what it adds, or what is wrong."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from django.utils.translation import gettext

from surveys.charts.words import shown
from surveys.models import Member, Role, Scorecard
from surveys.scoring import round_half_up
from surveys.sheets.checked import Checked, CheckedRow
from surveys.sheets.reading import Row, Table
from surveys.table_text import out_of_a_cell
from validation.baseline import averages_in_force
from validation.estimates.values import (
    Problem,
    Said,
    check_bounds_words,
    confidence_of,
    kind_of,
    number_of_goal,
    number_of_round,
    one_line_end,
    percent_of,
    sureness_of,
    text_of,
)
from validation.identities import names_of
from validation.models import Assignment, Proposal, RoundGoal

Value = TypeVar("Value")
Place = tuple[int, int]


@dataclass
class CheckedEstimate(CheckedRow):
    """A row, with what it means as far as it can be told.

    `problems`: in the order of the columns. `is_known`: the expert's proposal that
    stands says exactly this. `replaces`: the proposal that it would revise.
    """

    expert: Member | None = None
    round_goal: RoundGoal | None = None
    said: Said | None = None
    replaces: Proposal | None = None


def check_table(scorecard: Scorecard, table: Table) -> Checked[CheckedEstimate]:
    """Every row, in a number of queries that does not depend on how many there are."""
    known = _Known(scorecard)
    rows = [_checked(row, table, known) for row in table.rows]
    _name_duplicates(rows)
    return Checked(rows)


class _Known:
    """What the rows are held against, loaded once."""

    def __init__(self, scorecard: Scorecard) -> None:
        members = list(
            Member.objects.filter(scorecard=scorecard).select_related("user")
        )
        names = names_of(scorecard)
        self.by_email = {one.user.email.casefold(): one for one in members}
        self.by_name: dict[str, set[Member]] = {}
        for one in members:
            for name in {names[one.pk], one.name}:
                self.by_name.setdefault(_plain(name), set()).add(one)
        self.panel = set(
            Assignment.objects.present()
            .filter(expert__scorecard=scorecard)
            .values_list("expert", "goal")
        )
        self.goals = {one.number: one for one in scorecard.instrument.goals.all()}
        self.round_goals = list(
            RoundGoal.objects.filter(scorecard=scorecard).select_related(
                "round", "goal"
            )
        )
        self.rounds = set(scorecard.rounds.values_list("number", flat=True))
        self.current: dict[Place, Proposal] = {
            (one.expert_id, one.round_goal_id): one
            for one in Proposal.objects.filter(
                round_goal__scorecard=scorecard
            ).current()
        }
        averages = averages_in_force(scorecard)
        self.percents: Mapping[int, Fraction | None] = {
            number: goal.percent for number, goal in averages.goals.items()
        }


class _Reader:
    """Reads one row, and notes every problem instead of stopping at the first."""

    def __init__(
        self, row: Row, checked: CheckedEstimate, *, is_workbook: bool
    ) -> None:
        self.row, self.checked, self.is_workbook = row, checked, is_workbook

    def text(self, code: str) -> str:
        text = self.row.cells.get(code, "")
        return text if self.is_workbook else out_of_a_cell(text)

    def note(self, problem: Problem) -> None:
        self.checked.problems.setdefault(problem.code, problem.words)

    def get(self, read: Callable[..., Value], *args: Any, **more: Any) -> Value | None:
        try:
            return read(*args, **more)
        except Problem as problem:
            self.note(problem)
            return None

    def percent(self, code: str) -> Decimal | None:
        return self.get(percent_of, self.text(code), code, is_workbook=self.is_workbook)


def _checked(row: Row, table: Table, known: _Known) -> CheckedEstimate:
    checked = CheckedEstimate(row)
    reader = _Reader(row, checked, is_workbook=table.is_workbook)
    checked.expert = reader.get(_expert, reader.text, known)
    checked.round_goal = reader.get(_round_goal, reader.text, known)
    checked.said = _said(reader, known)
    _hold_against_record(checked, reader, known)
    return checked


def _expert(text: Callable[[str], str], known: _Known) -> Member:
    email, name = text("email").strip(), text("expert").strip()
    if "@" in name and not email:
        email, name = name, ""
    code = "email" if email and text("email").strip() else "expert"
    if not email and not name:
        raise Problem(code, gettext("Say whose estimate this is."))
    found: set[Member] = set(known.by_name.get(_plain(name), ())) if name else set()
    if email:
        one = known.by_email.get(email.casefold())
        if one and found and one not in found:
            raise Problem("expert", gettext("The e-mail is that of somebody else."))
        found = {one} if one else set()
    experts = [one for one in found if one.role == Role.EXPERT]
    if not found:
        raise Problem(code, gettext("Nobody of this name or e-mail is on this panel."))
    if not experts:
        raise Problem(code, gettext("This person is not an expert on this scorecard."))
    if len(experts) > 1:
        raise Problem(code, gettext("Several experts have this name: use the e-mail."))
    return experts[0]


def _round_goal(text: Callable[[str], str], known: _Known) -> RoundGoal:
    number = number_of_goal(text("goal"))
    round_number = number_of_round(text("round"))
    if number not in known.goals:
        raise Problem("goal", gettext("There is no goal %(n)d.") % {"n": number})
    if round_number is not None and round_number not in known.rounds:
        raise Problem(
            "round", gettext("There is no round %(n)d.") % {"n": round_number}
        )
    for one in known.round_goals:
        if one.goal.number == number and (
            one.is_open if round_number is None else one.round.number == round_number
        ):
            return one
    if round_number is None:
        raise Problem("goal", gettext("Goal %(n)d is not open.") % {"n": number})
    raise Problem(
        "goal",
        gettext("Goal %(goal)d is not in round %(round)d.")
        % {"goal": number, "round": round_number},
    )


def _said(reader: _Reader, known: _Known) -> Said | None:
    """None where a problem keeps it from being told."""
    before = len(reader.checked.problems)
    kind = reader.get(kind_of, reader.text("keep_or_change"), reader.text("best"))
    percent = reader.percent("best") if kind == Proposal.Kind.CHANGE else None
    if kind == Proposal.Kind.CHANGE and percent is None:
        reader.note(Problem("best", gettext("Enter a percentage from 0 to 100.")))
    confidence, sure = reader.get(confidence_of, reader.text("confidence")) or (
        "",
        None,
    )
    sureness = reader.get(sureness_of, reader.text("sureness")) or sure
    lower, upper = reader.percent("lower"), reader.percent("upper")
    reason = reader.get(text_of, reader.text("reason"), "reason") or ""
    if not reason:
        reader.note(Problem("reason", gettext("Say why: an estimate needs a reason.")))
    interest = reader.get(text_of, reader.text("interest"), "interest")
    if lower is None and upper is None and not reader.text("sureness").strip():
        sureness = None
    if len(reader.checked.problems) == before:
        for problem in check_bounds_words(percent, lower, upper, sureness):
            reader.note(problem)
    if len(reader.checked.problems) > before or kind is None:
        return None
    return Said(
        kind, percent, reason, confidence, interest or None, lower, upper, sureness
    )


def _hold_against_record(
    checked: CheckedEstimate, reader: _Reader, known: _Known
) -> None:
    """What the expert said before, whether they may speak, whether it can be said."""
    expert, round_goal, said = checked.expert, checked.round_goal, checked.said
    if expert is None or round_goal is None:
        return
    last = known.current.get((expert.pk, round_goal.pk))
    if said and last and says_the_same(last, said):
        checked.is_known = True
        return
    checked.replaces = last
    if (expert.pk, round_goal.goal_id) not in known.panel:
        code = "email" if reader.text("email").strip() else "expert"
        reader.note(
            Problem(
                code,
                gettext("Not on the panel of goal %(n)d.")
                % {"n": round_goal.goal.number},
            )
        )
    if not round_goal.is_open:
        reader.note(
            Problem(
                "goal",
                gettext("Goal %(goal)d takes no estimates in round %(round)d.")
                % {"goal": round_goal.goal.number, "round": round_goal.round.number},
            )
        )
    if said:
        for problem in _kept_outside(said, known.percents[round_goal.goal.number]):
            reader.note(problem)


def _kept_outside(said: Said, survey: Fraction | None) -> Iterable[Problem]:
    """Whoever keeps the survey average says that it lies between their bounds."""
    if said.kind != Proposal.Kind.KEEP or survey is None or said.lower is None:
        return
    assert said.upper is not None
    printed = Fraction(round_half_up(survey))
    words = gettext("The survey average that is kept, %(percent)s, lies outside.") % {
        "percent": shown(survey, "%")
    }
    if said.lower > max(survey, printed):
        yield Problem("lower", words)
    if said.upper < min(survey, printed):
        yield Problem("upper", words)


def says_the_same(last: Proposal, said: Said) -> bool:
    """Whether a proposal on record says exactly what a row says."""
    return (
        last.kind == said.kind
        and last.percent == said.percent
        and one_line_end(last.justification).strip() == said.justification
        and last.confidence == said.confidence
        and (last.lower, last.upper) == (said.lower, said.upper)
        and last.sureness == said.sureness
        and (
            said.interest is None
            or one_line_end(last.interest).strip() == said.interest
        )
    )


def _name_duplicates(rows: Sequence[CheckedEstimate]) -> None:
    places = [
        (one.expert.pk, one.round_goal.pk)
        if one.expert is not None and one.round_goal is not None
        else None
        for one in rows
    ]
    often = Counter(place for place in places if place)
    first: dict[Place, int] = {}
    for one, place in zip(rows, places, strict=True):
        if place is None or often[place] < 2:
            continue
        if place in first:
            words = gettext("Row %(n)d is on the same expert, goal and round.")
            one.problems.setdefault("goal", words % {"n": first[place]})
        else:
            first[place] = one.row.number


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
