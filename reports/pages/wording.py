"""The sentences of a report, made once for pages and files, in the active language.

Pure: figures of the frozen report in, text out; nothing here is markup, so that
whoever shows a sentence escapes it. Figures are rounded half up where they are said.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from django.utils.translation import gettext, ngettext

from reports.pages import document as doc
from surveys.charts.words import Value, shown
from surveys.localized import text_in


def percent(value: Value, places: int = 0) -> str:
    """ "38%", or "no figure" for None.

    >>> percent(Fraction(88, 3)), percent(Fraction(88, 3), 2)
    ('29%', '29.33%')
    """
    return shown(value, "%", places)


def number(value: Value) -> str:
    """As many decimals as are needed, at most two: "25", "27.5", "29.33".

    >>> number(Fraction(25)), number(Fraction(55, 2)), number(Fraction(88, 3))
    ('25', '27.5', '29.33')
    """
    if value is None:
        return shown(None)
    exact = Fraction(value)
    places = next((p for p in (0, 1) if not (exact * 10**p).denominator > 1), 2)
    return shown(exact, places=places)


def joined(parts: Iterable[str]) -> str:
    """ "2, 3 and 13".

    >>> joined(["2", "3", "13"]), joined(["2"]), joined([])
    ('2, 3 and 13', '2', '')
    """
    *first, last = list(parts) or [""]
    if not first:
        return last
    return gettext("%(first)s and %(last)s") % {
        "first": ", ".join(first),
        "last": last,
    }


def band_name(report: doc.Report, code: str | None) -> str:
    """The band's name, or "" where there is no figure to look one up with."""
    band = report.band(code)
    return text_in(band.name) if band else ""


def rule_name(rule: str) -> str:
    """What a settlement rule is called; an unknown one by its own code."""
    names = {
        "keep": gettext("the survey average is kept"),
        "agreed": gettext("the value agreed in the meeting"),
        "mean_of_supported": gettext("the mean of the distinct supported scores"),
        "weighted_by_supporters": gettext(
            "the mean of the proposals, weighted by their supporters"
        ),
        "median_of_latest": gettext("the median of the panel’s latest proposals"),
    }
    return names.get(rule, rule)


# ------------------------------------------------------------------- the method


def percent_formula(method: doc.Method) -> str:
    """The formula by which a mean becomes a percentage, with its numbers."""
    low, high = method.scale_minimum, method.scale_maximum
    if method.percent_formula == "percent_of_maximum":
        return gettext("percent of maximum: 100 × mean / %(high)d") % {"high": high}
    if method.percent_formula == "percent_of_range":
        return gettext("percent of range: 100 × (mean − %(low)d) / %(span)d") % {
            "low": low,
            "span": high - low,
        }
    return method.percent_formula


def percent_calculation(method: doc.Method, mean: Fraction | None) -> str:
    """The formula with a mean in it: "100 × 1.8948 / 5"; "" without a mean."""
    if mean is None:
        return ""
    low, high = method.scale_minimum, method.scale_maximum
    shown_mean = shown(mean, places=4)
    if method.percent_formula == "percent_of_range":
        return f"100 × ({shown_mean} − {low}) / {high - low}"
    return f"100 × {shown_mean} / {high}"


def goal_formula() -> str:
    """How a goal's figure follows from the ratings."""
    return gettext(
        "A key area’s mean is the sum of its scores divided by how many scores were "
        "given. A goal’s mean is the mean of its key areas’ means, each counting the "
        "same. The overall figure is the mean of the unrounded percentages of the "
        "goals."
    )


def missing_policy() -> str:
    """What becomes of answers that are no score."""
    return gettext(
        "“Don’t know”, “does not apply” and skipped ratings are counted apart. None of "
        "them is zero, and none enters a mean."
    )


def rounding() -> str:
    """Where figures are rounded."""
    return gettext(
        "Percentages are rounded only where they are printed, a half upwards. A band "
        "is looked up with the rounded percentage."
    )


# ------------------------------------------------------- how a figure came about


def survey_sentences(report: doc.Report, page: doc.GoalPage) -> list[str]:
    """The survey average of a goal and what stands beside it."""
    survey = page.survey
    if survey.is_waiting:
        return [
            gettext(
                "Nothing is shown of this goal yet: nobody has rated it, or too few to "
                "tell of it while answers come in. Once the survey is over, whatever "
                "may be shown is."
            )
        ]
    if survey.is_suppressed:
        return [
            gettext(
                "Fewer than %(k)d people rated this goal; its survey figures are not "
                "shown."
            )
            % {"k": report.method.smallest_group}
        ]
    if survey.percent is None:
        return [gettext("Nobody rated this goal.")]
    return [*_mean_sentences(report, survey), *_spread_sentences(survey)]


def _mean_sentences(report: doc.Report, survey: doc.SurveyFigure) -> Iterator[str]:
    yield ngettext(
        "%(n)d respondent rated this goal: mean %(mean)s of %(maximum)d, %(percent)s.",
        "%(n)d respondents rated this goal: mean %(mean)s of %(maximum)d, %(percent)s.",
        survey.respondents,
    ) % {
        "n": survey.respondents,
        "mean": shown(survey.mean, places=2),
        "maximum": report.method.scale_maximum,
        "percent": percent(survey.percent),
    }
    if has_other_pooled_mean(survey):
        yield gettext(
            "Counting every rating alike instead of every key area gives %(pooled)s."
        ) % {"pooled": percent(survey.pooled_percent)}


def _spread_sentences(survey: doc.SurveyFigure) -> Iterator[str]:
    if survey.interval is None:
        return
    yield gettext(
        "95%% interval over respondents: %(low)s to %(high)s (n = %(n)d). It describes "
        "variability among those who answered, not the margin of error of a population."
    ) % {
        "low": percent(Fraction(survey.interval.low), 1),
        "high": percent(Fraction(survey.interval.high), 1),
        "n": survey.interval.n,
    }


def hidden_key_areas(report: doc.Report, page: doc.GoalPage) -> str:
    """Why some key areas of a goal are not shown; "" where all are."""
    if not any(cell.is_suppressed for cell in page.survey.indicators):
        return ""
    return gettext(
        "Key areas that fewer than %(k)d people rated are not shown, and neither is a "
        "further one that would give them away. The goal’s mean is that of all of them."
    ) % {"k": report.method.smallest_group}


def has_other_pooled_mean(survey: doc.SurveyFigure) -> bool:
    """Whether pooling all ratings moves the percentage by a point or more."""
    if survey.percent is None or survey.pooled_percent is None:
        return False
    return abs(survey.percent - survey.pooled_percent) >= 1


def standing(report: doc.Report) -> str:
    """What the figures are as long as no goal was settled; "" once one is."""
    if report.method.frozen_at is None:
        return gettext(
            "Preliminary: the survey averages are not frozen yet. As long as answers "
            "come in, every figure may change."
        )
    if report.is_consulted:
        return ""
    if not report.method.rounds:
        return gettext(
            "The experts have not been consulted: these are the averages of the survey."
        )
    return gettext(
        "No goal has been settled in a consultation: these are the averages of the "
        "survey."
    )


def settlement_sentences(page: doc.GoalPage) -> list[str]:
    """How the post-consultation percentage came about, the rule with its numbers."""
    settled = [line for line in page.rounds if line.settlement]
    if not settled:
        return [gettext("It was not settled in a consultation; the survey stands.")]
    sentences = []
    for line in settled:
        assert line.settlement is not None
        sentences.append(
            gettext("Settled at %(percent)s by this rule: %(rule)s.")
            % {
                "percent": percent(line.settlement.percent),
                "rule": rule_name(line.settlement.rule),
            }
        )
        if calculation := rule_calculation(line, page.survey.percent):
            sentences.append(calculation)
    return sentences


def rule_calculation(line: doc.RoundLine, survey_percent: Fraction | None) -> str:
    """The rule worked out: "(25 + 30 + 33) / 3 = 29.33"; "" where none is needed.

    `survey_percent` is what a proposal to keep comes to. The numbers are those the
    settlement used: the current proposal of every expert who is counted, and how many
    of those support it.
    """
    settlement = line.settlement
    if settlement is None:
        return ""
    current = [p for p in line.proposals if p.is_current and p.is_counted]
    values = [(value_of(p, survey_percent), p.counted_supports) for p in current]
    known = [(value, n) for value, n in values if value is not None]
    result = number(settlement.percent)
    if settlement.rule == "mean_of_supported":
        distinct = sorted({value for value, n in known if n})
        terms = " + ".join(number(value) for value in distinct)
        return f"({terms}) / {len(distinct)} = {result}" if len(distinct) > 1 else ""
    if settlement.rule == "weighted_by_supporters":
        backed = [(value, n) for value, n in known if n]
        terms = " + ".join(f"{number(value)} × {n}" for value, n in backed)
        return f"({terms}) / {sum(n for _, n in backed)} = {result}"
    if settlement.rule == "median_of_latest":
        ordered = ", ".join(number(value) for value, _ in sorted(known))
        return gettext("median of %(values)s = %(result)s") % {
            "values": ordered,
            "result": result,
        }
    return ""


def left_out_sentences(line: doc.RoundLine) -> list[str]:
    """Who was heard in a round and not counted, and why."""
    because = gettext(
        "%(by)s was heard and not counted, because of a declared interest: %(interest)s"
    )
    unknown = gettext(
        "%(by)s was heard and not counted, because of a declared interest."
    )
    return [
        (because if one.interest else unknown)
        % {"by": one.by, "interest": one.interest}
        for one in line.left_out
    ]


def value_of(
    proposal: doc.ProposalLine, survey_percent: Fraction | None
) -> Fraction | None:
    """What a proposal comes to: its percent, or the survey average where it keeps."""
    return survey_percent if proposal.percent is None else proposal.percent
