"""What the file is, and what every column, label and rule in it means."""

from collections.abc import Iterator, Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext

from reports.charts import missing_names
from reports.exporters.format import Imprint
from reports.exporters.tables.sheet import Column, Sheet
from reports.pages import wording
from reports.pages.document import Report
from reports.reading.method import exclusion_rows
from surveys.localized import text_in
from validation.consensus import RULES


def about_sheet(report: Report, imprint: Imprint) -> Sheet:
    """The title page of the file."""
    columns = [
        Column(gettext("About"), gettext("What is said about the report."), 34),
        Column(gettext("Content"), gettext("What it says."), 90),
    ]
    return Sheet(gettext("About"), columns, list(_about(report, imprint)))


def _about(report: Report, imprint: Imprint) -> Iterator[Sequence[str]]:
    method = report.method
    yield gettext("Title"), f"{text_in(report.place)} {report.year}"
    yield gettext("Notice"), text_in(report.notice)
    yield gettext("Edition"), imprint.name
    yield gettext("Day"), date_format(imprint.day)
    yield gettext("Checksum of the report (SHA-256)"), imprint.checksum_of(report)
    if method.ledger_head:
        yield gettext("Head of the ledger (SHA-256)"), method.ledger_head
    if standing := wording.standing(report):
        yield gettext("What the figures are"), standing
    yield gettext("Instrument"), method.instrument
    yield gettext("Percent formula"), wording.percent_formula(method)
    yield gettext("Means"), wording.goal_formula()
    yield gettext("Missing answers"), wording.missing_policy()
    yield gettext("Rounding"), wording.rounding()
    yield gettext("Respondents"), str(report.sample.responses)
    if report.sample.answered is not None:
        yield gettext("Excluded responses"), str(len(report.sample.exclusions))
        for cause, reason in exclusion_rows(report):
            yield gettext("Excluded: %(cause)s") % {"cause": cause}, reason
    yield gettext("Smallest group shown"), str(method.smallest_group)
    yield gettext("Times"), report.time_zone


def codebook_sheet(report: Report, sheets: Sequence[Sheet]) -> Sheet:
    """Every column of every sheet, then scale, bands, rules, formulas."""
    columns = [
        Column(gettext("Part"), gettext("A sheet, or a part of the method."), 26),
        Column(
            pgettext("of a thing", "Name"),
            gettext("The column, or what is explained."),
            34,
        ),
        Column(gettext("Meaning"), gettext("What it means."), 100),
    ]
    name = gettext("Codebook")
    described = [*sheets, Sheet(name, columns, ())]
    rows = [
        (sheet.name, column.name, column.meaning)
        for sheet in described
        for column in sheet.columns
    ]
    return Sheet(name, columns, [*rows, *_scale(report), *_rules(report)])


def _scale(report: Report) -> Iterator[Sequence[str]]:
    method = report.method
    for place, label in enumerate(method.scale_labels):
        yield gettext("Scale"), str(method.scale_minimum + place), text_in(label)
    for code, name in missing_names(method).items():
        yield gettext("No score"), code, name
    for band in report.bands:
        span = gettext("%(name)s: from %(low)d%% to %(high)d%%, rounded") % {
            "name": text_in(band.name),
            "low": band.lowest,
            "high": band.highest,
        }
        yield gettext("Bands"), band.code, span


def _rules(report: Report) -> Iterator[Sequence[str]]:
    for rule in RULES:
        yield gettext("Settlement rules"), rule, wording.rule_name(rule)
    formulas = (
        (gettext("Percent"), wording.percent_formula(report.method)),
        (gettext("Mean"), wording.goal_formula()),
        (gettext("Missing answers"), wording.missing_policy()),
        (gettext("Rounding"), wording.rounding()),
    )
    for name, formula in formulas:
        yield gettext("Formulas"), name, formula
    cut = gettext(
        "A cell holds 32,767 characters; a longer text ends in how many were cut."
    )
    yield gettext("Limits"), gettext("Long texts"), cut
