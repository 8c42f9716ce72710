"""What a file says about itself, in the active language."""

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext

from surveys.exports.columns import codebook
from surveys.exports.export import Export
from surveys.exports.remarks import MOST
from surveys.localized import text_in
from surveys.models import Scorecard

Line = tuple[str, str]


def about(export: Export) -> list[Line]:
    """(what, content) of each line of the title page. Read after the rows."""
    return [(what, content) for what, content in _about(export) if content]


def _about(export: Export) -> Iterator[Line]:
    scorecard, rows = export.scorecard, export.rows
    asked = export.asked_at.astimezone(scorecard.zone)
    yield gettext("Responses of"), str(scorecard)
    yield gettext("Notice"), text_in(scorecard.notice)
    yield (
        gettext("Asked for on"),
        f"{date_format(asked, 'DATETIME_FORMAT')} ({scorecard.time_zone})",
    )
    yield gettext("Questionnaire"), str(scorecard.instrument)
    yield gettext("Responses in this file"), str(rows.n)
    yield gettext("Of these excluded"), str(rows.excluded)
    yield gettext("Counted in averages"), str(rows.n - rows.excluded)
    if until := export.protection.until:
        yield gettext("Submitted until"), date_format(until)
    yield gettext("Remarks"), str(rows.remarks.n)
    yield gettext("Order"), order()
    yield gettext("Empty cells"), empty_cells()
    for words in what_it_tells(scorecard):
        yield gettext("What it tells of a person"), words
    for words in how_to_keep_it():
        yield gettext("How to keep it"), words


def order() -> str:
    return gettext(
        "Rows stand in the order of their random keys. It says nothing about who "
        "answered first."
    )


def empty_cells() -> str:
    return gettext(
        "Don’t know, not applicable and skipped are three different codes, and none of "
        "them is a number of the scale. A cell is empty where nothing was asked or "
        "written: the goal was not chosen, or the question was left out."
    )


def what_it_tells(scorecard: Scorecard) -> list[str]:
    """What a file of this scorecard holds about single people, in sentences."""
    texts = gettext(
        "Every rating and every text is there as it was given. People may have named "
        "themselves or others in their texts."
    )
    combined = gettext(
        "Several answers of one person together may still point to them, where people "
        "know one another."
    )
    if scorecard.anonymity != "anonymous":
        told = gettext(
            "The scorecard is confidential: day, language and profile are told as they "
            "are, and never who was invited."
        )
        return [texts, told, combined]
    told = gettext(
        "The scorecard is anonymous: an answer of the profile, a language or a way of "
        "taking part that fewer than %(n)d people share is not told, nor what would "
        "give it by subtraction. Days, and numbers once the survey is over, are told "
        "as spans that at least %(n)d people share. Ages of a group that the page on "
        "the sample hides are left empty. How long somebody took is not told."
    ) % {"n": scorecard.smallest_group}
    return [texts, told, combined]


def how_to_keep_it() -> list[str]:
    return [
        gettext(
            "Keep it encrypted, pass it on only to those who analyse it, and delete it "
            "when that is done. Do not publish it: the report is for that."
        )
    ]


def codebook_head() -> list[str]:
    return [
        gettext("Column"),
        gettext("Part"),
        pgettext("of a questionnaire", "Question"),
        gettext("What stands in it"),
    ]


def codebook_lines(export: Export) -> list[list[str]]:
    return [list(line) for line in codebook(export.columns)]


def remark_head() -> list[str]:
    return [
        pgettext("one respondent's", "Response"),
        gettext("Column"),
        gettext("Remark"),
    ]


def remark_lines(export: Export) -> list[list[str]]:
    """What is not as it was answered; says how many more there are. After the rows."""
    remarks = export.rows.remarks
    lines = [[one.response, one.column, one.words] for one in remarks.kept]
    if remarks.more:
        more = gettext("and %(n)d more; the first %(most)d are listed")
        lines.append(["", "", more % {"n": remarks.more, "most": MOST}])
    return lines
