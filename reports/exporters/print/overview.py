"""The chapters before the goals: overview, findings, key areas, sample, method."""

from collections.abc import Iterator
from fractions import Fraction

from django.utils.translation import gettext, ngettext, pgettext

from reports import charts
from reports.exporters.print import blocks
from reports.exporters.print.blocks import Block
from reports.pages import wording
from reports.pages.document import GoalPage, Report
from reports.pages.finding_sentences import finding_sentences, was_consulted
from reports.reading import method
from surveys.charts.words import shown
from surveys.localized import text_in
from surveys.scoring import round_half_up


def overview_chapter(report: Report) -> Block:
    """Key figures, the picture of all goals, their table."""
    return blocks.chapter(
        gettext("Overview"),
        [
            blocks.figures(_key_figures(report)),
            *_standing(report),
            blocks.chart(charts.goals_chart(report)),
            goals_table(report),
            blocks.paragraphs([_formula(report)], is_soft=True),
        ],
    )


def _standing(report: Report) -> Iterator[Block]:
    if words := wording.standing(report):
        yield blocks.paragraphs([words])


def _formula(report: Report) -> str:
    formula = gettext("A mean becomes a percentage by this formula: %(formula)s.") % {
        "formula": wording.percent_formula(report.method)
    }
    return f"{formula} {wording.rounding()}"


def _key_figures(report: Report) -> Iterator[tuple[str, str, str]]:
    overall = report.overall
    yield (
        gettext("Survey average"),
        wording.percent(overall.survey_percent),
        mean_of_scale(report, overall.survey_mean, places=1),
    )
    if was_consulted(report):
        yield (
            gettext("Post-consultation average"),
            wording.percent(overall.percent),
            wording.band_name(report, overall.band),
        )
    yield gettext("Respondents"), str(report.sample.responses), ""
    if report.method.experts:
        yield experts_name(report), str(report.method.experts), ""


def experts_name(report: Report) -> str:
    """What the number of experts counts: in the first editions, the panels."""
    if report.schema_version < 2:
        return gettext("Experts on the panels")
    return gettext("Experts who took part")


def mean_of_scale(report: Report, mean: Fraction | None, places: int) -> str:
    """ "1.8 of 5", or "" where there is no mean."""
    if mean is None:
        return ""
    return gettext("%(mean)s of %(maximum)d") % {
        "mean": shown(mean, places=places),
        "maximum": report.method.scale_maximum,
    }


def goals_table(report: Report) -> Block:
    """Every goal with its averages, and the overall figures below them."""
    overall = report.overall
    total = [
        gettext("All goals"),
        shown(overall.survey_mean, places=2),
        "",
        *_averages(report, overall.survey_percent, overall.percent),
        wording.band_name(report, overall.band),
    ]
    after = [gettext("After consultation"), pgettext("difference", "Change")]
    return blocks.table(
        [
            gettext("Goal"),
            gettext("Mean"),
            pgettext("number of respondents", "n"),
            gettext("Survey"),
            *(after if report.is_consulted else ()),
            gettext("Band"),
        ],
        [*(_goal_row(report, page) for page in report.goals), total],
        align="lrrrrrl" if report.is_consulted else "lrrrl",
        wide="1000200" if report.is_consulted else "",
        caption=gettext("Survey and post-consultation averages of all goals")
        if report.is_consulted
        else gettext("Survey averages of all goals"),
        has_total=True,
    )


def _averages(
    report: Report, survey: Fraction | None, final: Fraction | None
) -> list[str]:
    """The survey's, and what a consultation made of it, if there was one."""
    if not report.is_consulted:
        return [wording.percent(survey)]
    return [wording.percent(survey), wording.percent(final), change(survey, final)]


def _goal_row(report: Report, page: GoalPage) -> list[str]:
    return [
        f"{page.number}  {text_in(page.title)}",
        shown(page.survey.mean, places=2),
        respondents(report, page),
        *_averages(report, page.survey.percent, page.percent),
        wording.band_name(report, page.band),
    ]


def respondents(report: Report, page: GoalPage) -> str:
    """How many rated the goal; "< 5" where they are too few to be shown."""
    if page.survey.is_waiting:
        return gettext("not shown yet")
    if page.survey.is_suppressed:
        return f"< {report.method.smallest_group}"
    return str(page.survey.respondents)


def change(before: Fraction | None, after: Fraction | None) -> str:
    """The difference of two percentages as printed, in points: "−9", "+2" or "–"."""
    if before is None or after is None:
        return ""
    points = round_half_up(after) - round_half_up(before)
    if not points:
        return "–"
    return f"{points:+}".replace("-", "\u2212")


def findings_chapter(report: Report) -> Block:
    """What stands out, in sentences, and the averages by key area."""
    sentences = [sentence.text for sentence in finding_sentences(report)]
    return blocks.chapter(
        gettext("Key findings"),
        [
            blocks.bullets(sentences)
            if sentences
            else blocks.paragraphs([gettext("There are no figures yet.")]),
            blocks.heading(gettext("Averages by key area and dimension")),
            blocks.chart(charts.indicator_bars(report)),
            _dimension_table(report),
        ],
    )


def _dimension_table(report: Report) -> Block:
    return blocks.table(
        [gettext("Dimension"), gettext("What it asks"), gettext("Survey")],
        [
            [
                text_in(dimension.name),
                text_in(dimension.description),
                wording.percent(dimension.percent),
            ]
            for dimension in report.dimensions
        ],
        align="llr",
        wide="010",
        caption=gettext("Dimensions, mean of their key areas over all goals"),
    )


def sample_chapter(report: Report) -> Block:
    """On whose answers the figures rest."""
    content = [blocks.paragraphs(method.sample_sentences(report))]
    for line in report.sample.breakdowns:
        shown_line = method.breakdown(report, line)
        if not shown_line.rows:
            continue
        content.append(blocks.heading(shown_line.text))
        content.append(
            blocks.table(
                [gettext("Group"), gettext("Respondents"), gettext("Share")],
                [
                    [
                        row.label,
                        gettext("not shown") if row.n is None else str(row.n),
                        row.share,
                    ]
                    for row in shown_line.rows
                ],
                align="lrr",
                note=shown_line.note,
            )
        )
    return blocks.chapter(gettext("Who answered"), content)


def method_chapter(report: Report) -> Block:
    """How the figures are made, the bands, the rules, and the meetings."""
    content = [
        blocks.heading(gettext("The survey")),
        blocks.paragraphs(method.method_sentences(report)),
        _bands_table(report),
        blocks.heading(gettext("The consultation")),
        blocks.paragraphs(method.consultation_sentences(report)),
    ]
    rules = method.rules_used(report)
    if rules:
        content.append(
            blocks.bullets(
                ngettext(
                    "%(rule)s: goal %(goals)s.",
                    "%(rule)s: goals %(goals)s.",
                    len(goals),
                )
                % {
                    "rule": rule[:1].upper() + rule[1:],
                    "goals": wording.joined(str(number) for number in goals),
                }
                for rule, goals in rules
            )
        )
    return blocks.chapter(gettext("Method"), [*content, *_meetings(report)])


def _bands_table(report: Report) -> Block:
    return blocks.table(
        [gettext("Band"), gettext("From"), gettext("To")],
        [
            [text_in(band.name), f"{band.lowest}%", f"{band.highest}%"]
            for band in report.bands
        ],
        align="lrr",
        caption=gettext("Bands, by rounded percentage"),
    )


def _meetings(report: Report) -> Iterator[Block]:
    if not report.meetings:
        return
    yield blocks.heading(gettext("Meetings"))
    for row in method.meeting_rows(report):
        meeting = row.meeting
        yield blocks.heading(
            ngettext(
                "%(day)s: goal %(goals)s",
                "%(day)s: goals %(goals)s",
                len(meeting.goals),
            )
            % {"day": row.when, "goals": row.goals}
            if row.goals
            else row.when,
            level=3,
        )
        yield blocks.facts(
            [
                (gettext("Place"), meeting.place),
                (
                    gettext("Length"),
                    ngettext("%(n)d minute", "%(n)d minutes", meeting.minutes_long)
                    % {"n": meeting.minutes_long},
                ),
                (gettext("Present"), ", ".join(meeting.attended_by)),
            ]
        )
        if meeting.minutes:
            yield blocks.paragraphs([meeting.minutes])
