"""How the figures are made, and on whose answers they rest."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from reports.charts import shown_groups
from reports.pages import wording
from reports.pages.document import BreakdownLine, MeetingLine, NumberLine, Report
from surveys.localized import text_in
from surveys.sample.causes import CAUSES, by_cause
from surveys.sample.flags import SECONDS_PER_RATING, STRAIGHT_GOALS
from surveys.scoring import round_half_up


@dataclass(frozen=True)
class GroupRow:
    """`n` is None where the group is too small to be shown."""

    label: str
    n: int | None
    share: str


@dataclass(frozen=True)
class Breakdown:
    text: str
    rows: tuple[GroupRow, ...]
    note: str
    has_shares: bool


@dataclass(frozen=True)
class MeetingRow:
    meeting: MeetingLine
    when: str
    goals: str
    attendance: str


def sample_sentences(report: Report) -> list[str]:
    """How many answered, when, and how old they are; all from the data."""
    sample = report.sample
    if not sample.responses and not sample.answered:
        return [gettext("Nobody has answered yet.")]
    sentences = [_responses(report), *_excluded(report)]
    for number in sample.numbers:
        if number.code == "age":
            sentences.append(_ages(number))
    return sentences


def _ages(number: NumberLine) -> str:
    mean = wording.number(round_half_up(number.mean))
    if number.lowest is None or number.highest is None:
        return gettext("The average age is %(mean)s.") % {"mean": mean}
    return gettext(
        "The youngest is %(lowest)d, the oldest %(highest)d; the average age is "
        "%(mean)s."
    ) % {"lowest": number.lowest, "highest": number.highest, "mean": mean}


def _responses(report: Report) -> str:
    sample = report.sample
    count = sample.responses if sample.answered is None else sample.answered
    answered = ngettext(
        "%(count)d person answered", "%(count)d people answered", count
    ) % {"count": count}
    if sample.first_day is None or sample.last_day is None:
        return f"{answered}."
    if sample.first_day == sample.last_day:
        return gettext("%(answered)s, on %(day)s.") % {
            "answered": answered,
            "day": date_format(sample.first_day),
        }
    return gettext("%(answered)s, between %(first)s and %(last)s.") % {
        "answered": answered,
        "first": date_format(sample.first_day),
        "last": date_format(sample.last_day),
    }


def _excluded(report: Report) -> Iterator[str]:
    """How many responses count in no average, why, and whom the groups are of."""
    sample = report.sample
    if not sample.exclusions:
        return
    number = len(sample.exclusions)
    counted = ngettext(
        "%(n)d response was excluded and counts in no average (%(reasons)s)",
        "%(n)d responses were excluded and count in no average (%(reasons)s)",
        number,
    ) % {"n": number, "reasons": _reasons(report)}
    rest = ngettext(
        "averages rest on %(n)d response",
        "averages rest on %(n)d responses",
        sample.responses,
    ) % {"n": sample.responses}
    yield f"{counted}; {rest}."
    if sample.describes_excluded:
        yield gettext(
            "What is said of groups and ages is of all who answered, so that nobody "
            "can find by subtraction who was excluded."
        )


def _reasons(report: Report) -> str:
    causes = by_cause(line.cause for line in report.sample.exclusions)
    return "; ".join(f"{cause}: {n}" for cause, n in causes)


def exclusion_rows(report: Report) -> list[tuple[str, str]]:
    """(kind of reason, reason in the coordinator's words) of each excluded response."""
    return [(str(CAUSES[one.cause]), one.reason) for one in report.sample.exclusions]


def exclusion_rule(report: Report) -> str:
    """How responses come to be excluded; empty for an edition that tells nothing."""
    if report.sample.answered is None:
        return ""
    rule = gettext(
        "Responses with one score for every key area of many goals (%(goals)d or more, "
        "and half of those answered), and those given in less than %(seconds)d seconds "
        "a rating, are flagged by the programme. A coordinator decides, with a reason, "
        "and only before the averages are frozen."
    ) % {"goals": STRAIGHT_GOALS, "seconds": SECONDS_PER_RATING}
    if report.sample.exclusions:
        return rule
    return f"{rule} {gettext('No response was excluded.')}"


def breakdown(report: Report, line: BreakdownLine) -> Breakdown:
    """A question of the profile as a table: groups somebody is in, largest first."""
    groups = shown_groups(line)
    is_complete = all(group.n is not None for group in groups)
    total = sum(group.n or 0 for group in groups)
    rows = tuple(
        GroupRow(
            text_in(group.label),
            group.n,
            _share(group.n, total) if is_complete else "",
        )
        for group in groups
    )
    return Breakdown(
        text_in(line.text), rows, _note(report, line, is_complete), is_complete
    )


def _share(n: int | None, total: int) -> str:
    return wording.percent(Fraction(100 * (n or 0), total)) if total else ""


def _note(report: Report, line: BreakdownLine, is_complete: bool) -> str:
    notes = []
    if not is_complete:
        notes.append(small_groups_note(report))
    empty = sum(group.n == 0 for group in line.groups)
    if empty:
        notes.append(
            ngettext(
                "%(count)d more group was offered and nobody chose it.",
                "%(count)d more groups were offered and nobody chose them.",
                empty,
            )
            % {"count": empty}
        )
    return " ".join(notes)


def small_groups_note(report: Report) -> str:
    """What is left out so that nobody can be recognised."""
    return gettext(
        "Groups of fewer than %(k)d people are not shown, and neither is a further "
        "group where the small one could be found by subtraction."
    ) % {"k": report.method.smallest_group}


def method_sentences(report: Report) -> list[str]:
    """The method in words and numbers."""
    method = report.method
    scale = ngettext(
        "Each goal was rated in %(count)d key area",
        "Each goal was rated in %(count)d key areas",
        len(report.indicators),
    ) % {"count": len(report.indicators)}
    return [
        gettext(
            "%(rated)s, on a scale from %(low)d (%(worst)s) to %(high)d (%(best)s)."
        )
        % {
            "rated": scale,
            "low": method.scale_minimum,
            "high": method.scale_maximum,
            "worst": text_in(method.scale_labels[0]),
            "best": text_in(method.scale_labels[-1]),
        },
        wording.goal_formula(),
        gettext("A mean becomes a percentage (%(formula)s).")
        % {"formula": wording.percent_formula(method)},
        wording.missing_policy(),
        wording.rounding(),
        gettext(
            "The %(level)s interval beside a goal is computed over respondents: each "
            "respondent’s own mean first, then Student’s t. It describes the "
            "variability among those who answered and is not a margin of error of a "
            "population: respondents were not drawn at random."
        )
        % {"level": "95%"},
        small_groups_note(report),
        *filter(None, [exclusion_rule(report)]),
    ]


def consultation_sentences(report: Report) -> list[str]:
    """What the experts did, counted; the rules follow the last sentence, if any."""
    method = report.method
    if not method.rounds:
        return [gettext("No consultation round has been opened.")]
    frozen = gettext(
        "The survey averages were frozen before the first round opened and have not "
        "moved since."
    )
    taken_part = _taken_part(report) if method.experts else _nobody(report)
    if not rules_used(report):
        return [frozen, taken_part]
    return [
        frozen,
        taken_part,
        gettext(
            "The rule by which each goal would be settled was chosen before its round "
            "opened:"
        ),
    ]


def _nobody(report: Report) -> str:
    rounds = report.method.rounds
    return ngettext(
        "%(n)d round was opened, and no expert took part in it.",
        "%(n)d rounds were opened, and no expert took part in them.",
        rounds,
    ) % {"n": rounds}


def _taken_part(report: Report) -> str:
    method = report.method
    counts = (
        ngettext("%(n)d round", "%(n)d rounds", method.rounds),
        method.rounds,
        ngettext("%(n)d expert", "%(n)d experts", method.experts),
        method.experts,
        ngettext("%(n)d proposal", "%(n)d proposals", method.proposals),
        method.proposals,
        ngettext("%(n)d support", "%(n)d supports", method.supports),
        method.supports,
    )
    rounds, experts, proposals, supports = (
        words % {"n": n} for words, n in zip(counts[::2], counts[1::2], strict=True)
    )
    return gettext(
        "The experts were consulted in %(rounds)s: %(experts)s, %(proposals)s and "
        "%(supports)s of one expert for another’s proposal."
    ) % {
        "rounds": rounds,
        "experts": experts,
        "proposals": proposals,
        "supports": supports,
    }


def rules_used(report: Report) -> list[tuple[str, list[int]]]:
    """(rule in words, numbers of its goals), most used first.

    A goal stands by the rule it was settled by, else by that of its last round.
    """
    used: dict[str, list[int]] = {}
    for page in report.goals:
        if page.rounds:
            chosen = page.settlement or page.rounds[-1]
            used.setdefault(chosen.rule, []).append(page.number)
    ordered = sorted(used.items(), key=lambda item: (-len(item[1]), item[0]))
    return [(wording.rule_name(rule), goals) for rule, goals in ordered]


def local(report: Report, moment: datetime) -> datetime:
    """The moment in the time of the scorecard's place."""
    return moment.astimezone(ZoneInfo(report.time_zone))


def day(report: Report, moment: datetime | None) -> str:
    """The day of a moment, at the scorecard's place."""
    return date_format(local(report, moment)) if moment else ""


def moment(report: Report, at: datetime | None) -> str:
    """Day and time of a moment at the scorecard's place, with its time zone."""
    if at is None:
        return ""
    return f"{date_format(local(report, at), 'DATETIME_FORMAT')} ({report.time_zone})"


def meeting_rows(report: Report) -> list[MeetingRow]:
    """Every meeting with its day, goals and how many came."""
    return [
        MeetingRow(
            meeting=line,
            when=day(report, line.starts_at),
            goals=", ".join(str(number) for number in line.goals),
            attendance=ngettext("%(n)d person", "%(n)d people", len(line.attended_by))
            % {"n": len(line.attended_by)},
        )
        for line in report.meetings
    ]
