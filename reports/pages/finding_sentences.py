"""Key findings in sentences: everything in them follows from the frozen report."""

from collections.abc import Callable, Iterator

from django.utils.translation import gettext, ngettext

from reports.pages.document import GoalPage, Report, as_printed
from reports.pages.pieces import NumberLink, Piece, Sentence, no_link, sentence
from reports.pages.wording import percent
from surveys.localized import text_in

Figure = Callable[[GoalPage], str]


def was_consulted(report: Report) -> bool:
    """Whether experts have settled at least one goal."""
    return report.is_consulted


def finding_sentences(
    report: Report,
    *,
    goal_link: NumberLink = no_link,
    indicator_link: NumberLink = no_link,
) -> list[Sentence]:
    """What stands out, one sentence or two for each finding; none without figures."""
    if report.overall.survey_percent is None:
        return []
    goals = _Goals(report, goal_link)
    return [
        _overall(report),
        *_above(report, goals),
        *_below(report, goals),
        *_moves(report, goals),
        *_band_changes(report, goals),
        *_indicators(report, indicator_link),
    ]


class _Goals:
    """Goals by number as pieces of a sentence."""

    def __init__(self, report: Report, link: NumberLink) -> None:
        self.report, self.link = report, link

    def named(self, numbers: list[int], figure: Figure) -> Iterator[Piece]:
        for number in numbers:
            page = self.report.goal(number)
            if page is not None:
                # a number does not part from its title at the end of a line
                name = f"{number}\N{NO-BREAK SPACE}{text_in(page.title)}"
                yield Piece(name, self.link(number), f" ({figure(page)})")


def _survey(page: GoalPage) -> str:
    return percent(page.survey.percent)


def _final(page: GoalPage) -> str:
    return percent(page.percent)


def _move(page: GoalPage) -> str:
    return gettext("from %(before)s to %(after)s") % {
        "before": percent(page.survey.percent),
        "after": percent(page.percent),
    }


def _overall(report: Report) -> Sentence:
    before, after = report.overall.survey_percent, report.overall.percent
    names = {"before": percent(before), "after": percent(after)}
    moved = (as_printed(after) or 0) - (as_printed(before) or 0)
    if not was_consulted(report):
        words = gettext("Over all goals, the survey average is %(before)s.")
    elif moved < 0:
        words = gettext(
            "Over all goals, the survey average is %(before)s; after the "
            "consultation it is lower, %(after)s."
        )
    elif moved > 0:
        words = gettext(
            "Over all goals, the survey average is %(before)s; after the "
            "consultation it is higher, %(after)s."
        )
    else:
        words = gettext(
            "Over all goals, the survey average is %(before)s, and the consultation "
            "left it there."
        )
    return sentence(words % names)


def _above(report: Report, goals: _Goals) -> Iterator[Sentence]:
    found, limit = report.findings, report.findings.high
    yield _listed(
        found.survey_above_high,
        gettext("By the survey no goal is above %(limit)d%%."),
        ngettext(
            "By the survey %(count)d goal is above %(limit)d%%: {items}.",
            "By the survey %(count)d goals are above %(limit)d%%: {items}.",
            len(found.survey_above_high),
        ),
        limit,
        goals.named(found.survey_above_high, _survey),
    )
    if was_consulted(report):
        yield _listed(
            found.above_high,
            gettext("After the consultation no goal is above %(limit)d%%."),
            ngettext(
                "After the consultation %(count)d goal is above %(limit)d%%: {items}.",
                "After the consultation %(count)d goals are above %(limit)d%%: "
                "{items}.",
                len(found.above_high),
            ),
            limit,
            goals.named(found.above_high, _final),
        )


def _below(report: Report, goals: _Goals) -> Iterator[Sentence]:
    found, limit = report.findings, report.findings.low
    yield _listed(
        found.survey_below_low,
        gettext("By the survey no goal is below %(limit)d%%."),
        ngettext(
            "By the survey %(count)d goal is below %(limit)d%%: {items}.",
            "By the survey %(count)d goals are below %(limit)d%%: {items}.",
            len(found.survey_below_low),
        ),
        limit,
        goals.named(found.survey_below_low, _survey),
    )
    if was_consulted(report):
        yield _listed(
            found.below_low,
            gettext("After the consultation no goal is below %(limit)d%%."),
            ngettext(
                "After the consultation %(count)d goal is below %(limit)d%%: {items}.",
                "After the consultation %(count)d goals are below %(limit)d%%: "
                "{items}.",
                len(found.below_low),
            ),
            limit,
            goals.named(found.below_low, _final),
        )


def _moves(report: Report, goals: _Goals) -> Iterator[Sentence]:
    if not was_consulted(report):
        return
    found = report.findings
    yield _listed(
        found.lowered,
        gettext("The experts lowered no goal."),
        ngettext(
            "The experts lowered %(count)d goal: {items}.",
            "The experts lowered %(count)d goals: {items}.",
            len(found.lowered),
        ),
        0,
        goals.named(found.lowered, _move),
    )
    yield _listed(
        found.raised,
        gettext("They raised none."),
        ngettext(
            "They raised %(count)d goal: {items}.",
            "They raised %(count)d goals: {items}.",
            len(found.raised),
        ),
        0,
        goals.named(found.raised, _move),
    )


def _band_changes(report: Report, goals: _Goals) -> Iterator[Sentence]:
    if not was_consulted(report):
        return
    changes = {
        number: (before, after)
        for number, before, after in report.findings.band_changes
    }

    def change(page: GoalPage) -> str:
        before, after = (report.band(code) for code in changes[page.number])
        return gettext("from %(before)s to %(after)s") % {
            "before": text_in(before.name) if before else "",
            "after": text_in(after.name) if after else "",
        }

    yield _listed(
        list(changes),
        gettext("No goal stands in another band than before."),
        ngettext(
            "%(count)d goal stands in another band than before: {items}.",
            "%(count)d goals stand in another band than before: {items}.",
            len(changes),
        ),
        0,
        goals.named(list(changes), change),
    )


def _indicators(report: Report, link: NumberLink) -> Iterator[Sentence]:
    rows = {row.number: row for row in report.indicators}

    def named(numbers: list[int]) -> list[Piece]:
        return [
            Piece(
                text_in(rows[number].name),
                link(number),
                f" ({percent(rows[number].percent)})",
            )
            for number in numbers
        ]

    strongest = report.findings.strongest_indicators
    weakest = report.findings.weakest_indicators
    if strongest:
        words = ngettext(
            "Of the key areas, the highest is {items}.",
            "Of the key areas, the highest are {items}.",
            len(strongest),
        )
        yield sentence(words, named(strongest))
    if weakest:
        words = ngettext(
            "The lowest is {items}.", "The lowest are {items}.", len(weakest)
        )
        yield sentence(words, named(weakest))


def _listed(
    numbers: list[int], none: str, some: str, limit: int, items: Iterator[Piece]
) -> Sentence:
    words = some if numbers else none
    return sentence(words % {"count": len(numbers), "limit": limit}, items)
