"""The columns of a table of estimates: what they are called, and what they mean."""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Column:
    """`also`: other headings that are understood, in lower case. `width` in characters.

    `is_read`: it is looked at when the table comes back; the others only inform.
    """

    code: str
    meaning: str | Promise
    also: tuple[str, ...] = ()
    width: int = 12
    is_read: bool = True


READ = (
    Column(
        "expert",
        _("Name under which the expert appears. Needed where there is no e-mail."),
        ("name", "expert name", "эксперт", "имя", "сарапшы", "expert e-mail or name"),
        24,
    ),
    Column(
        "email",
        _("E-mail address with which the expert was invited."),
        ("e-mail", "mail", "expert e-mail", "expert email", "почта", "эл. почта"),
        28,
    ),
    Column("goal", _("Number of the goal."), ("goal number", "sdg", "цель", "мақсат")),
    Column(
        "round",
        _("Number of the round; empty: the one in which the goal is open."),
        ("round number", "раунд", "кезең"),
        8,
    ),
    Column(
        "keep_or_change",
        _(
            "keep: the survey average stands and best is empty. change: to what stands "
            "in best. Empty: change."
        ),
        ("keep/change", "keep or change", "kind", "решение"),
    ),
    Column(
        "lower",
        _("Lowest plausible percentage, 0 to 100. With upper and sureness, or empty."),
        ("lower bound", "lowest", "нижняя граница"),
        9,
    ),
    Column(
        "best",
        _("Best estimate in percent, 0 to 100, two decimals at most."),
        ("best estimate", "percent", "estimate", "оценка", "лучшая оценка"),
        9,
    ),
    Column(
        "upper",
        _("Highest plausible percentage, 0 to 100. With lower and sureness, or empty."),
        ("upper bound", "highest", "верхняя граница"),
        9,
    ),
    Column(
        "sureness",
        _("How sure the expert is that the figure lies between both: 50 to 99."),
        ("how sure", "confidence in bounds", "вероятность"),
        10,
    ),
    Column(
        "confidence",
        _(
            "low, medium or high. A number from 50 to 99 is understood as sureness, "
            "and as low below 70, medium below 90, high from there."
        ),
        ("уверенность", "сенімділік"),
    ),
    Column(
        "reason",
        _("Why. Needed."),
        ("justification", "why", "reasons", "rationale", "обоснование", "себебі"),
        60,
    ),
    Column(
        "interest",
        _("Declared interest; empty: what the expert declared before stays."),
        ("declared interest", "интерес"),
        30,
    ),
)
TOLD = (
    Column("survey_average", _("The survey average of the goal, in percent."), (), 15),
    # xgettext:no-python-format
    Column("lower_80", _("Lower bound, standardised to 80% sure (IDEA protocol)."), ()),
    # xgettext:no-python-format
    Column("upper_80", _("Upper bound, standardised to 80% sure (IDEA protocol)."), ()),
    Column("counted", _("yes or no: whether the expert is counted on this goal."), ()),
    Column("entered_by", _("Who entered it, where it was not the expert."), (), 24),
    Column("proposed_at", _("When, in the scorecard’s time zone."), (), 20),
)
COLUMNS = READ + TOLD
# A table without one of these cannot be read; of expert and email, one is enough.
NEEDED = ("goal", "best", "confidence", "reason")


def code_of(heading: str) -> str | None:
    """The column that a heading means; None where it means none."""
    plain = re.sub(r"[\s_*:]+", " ", heading).strip().casefold()
    return _CODES.get(plain)


_CODES = {
    name.replace("_", " "): column.code
    for column in COLUMNS
    for name in (column.code, *column.also)
}
