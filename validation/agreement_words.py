"""A panel's agreement in words, for people who are not statisticians.

Text only: figures in, sentences out, in the active language. Nothing is computed here
that is not already in the figures, but for who stands how far from the median.
"""

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext, ngettext, pgettext

from surveys.charts.words import shown
from surveys.scoring import round_half_up
from validation.agreement import Stability
from validation.consensus_figures import PanelFigures, Ranking
from validation.models import Rule


@dataclass(frozen=True)
class Line:
    """One measure: its name, its value in words, and a sentence on what it is."""

    code: str
    name: str
    value: str
    explanation: str


def summary(figures: PanelFigures, *, much: int = 10) -> str:
    """The panel in a line: 7 of 9 within 5 points of 30%; two see it much higher.

    Much higher or lower is more than `much` points from the median.
    """
    middle, within = figures.median, figures.within_5
    if middle is None:
        return gettext("No estimate yet.")
    if figures.n == 1:
        return gettext("One expert so far: %(value)s.") % {"value": percent(middle)}
    words = {"count": within.count, "n": within.of, "median": percent(middle)}
    parts = [
        gettext("all %(n)d within 5 points of %(median)s") % words
        if within.count == within.of
        else gettext("none of %(n)d within 5 points of %(median)s") % words
        if not within.count
        else ngettext(
            "%(count)d of %(n)d within 5 points of %(median)s",
            "%(count)d of %(n)d within 5 points of %(median)s",
            within.count,
        )
        % words
    ]
    estimates = figures.estimates.values()
    lower = sum(value < middle - much for value in estimates)
    higher = sum(value > middle + much for value in estimates)
    if lower:
        parts.append(
            ngettext(
                "%(people)s sees it much lower", "%(people)s see it much lower", lower
            )
            % {"people": people(lower)}
        )
    if higher:
        parts.append(
            ngettext(
                "%(people)s sees it much higher",
                "%(people)s see it much higher",
                higher,
            )
            % {"people": people(higher)}
        )
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] + "."


def people(count: int) -> str:
    """How many people, in words up to nine: "two"."""
    words = {
        1: pgettext("number of people", "one"),
        2: pgettext("number of people", "two"),
        3: pgettext("number of people", "three"),
        4: pgettext("number of people", "four"),
        5: pgettext("number of people", "five"),
        6: pgettext("number of people", "six"),
        7: pgettext("number of people", "seven"),
        8: pgettext("number of people", "eight"),
        9: pgettext("number of people", "nine"),
    }
    return words.get(count, str(count))


def percent(value: Fraction | None) -> str:
    """With the decimal it has, one at most: "29.5%"."""
    return shown(value, "%", None)


def points(value: Fraction, *, signed: bool = False) -> str:
    """A distance or a change in percentage points: "3 points", "+1.5 points"."""
    sign = "+" if signed and value > 0 else ""
    return ngettext("%(value)s point", "%(value)s points", _plural_of(value)) % {
        "value": sign + shown(value, places=None)
    }


def lines(figures: PanelFigures) -> list[Line]:
    """Every measure of one goal's panel, in the order in which they are read."""
    return [
        _median(figures),
        _spread(figures),
        _within(figures),
        _agreement(figures),
        _stability(figures),
        _far_out(figures),
        _influence(figures),
    ]


def concordance_line(ranking: Ranking) -> Line:
    """Kendall's W over the goals of a round."""
    found = ranking.concordance
    value = gettext("no figure")
    if found is not None:
        value = gettext("%(w)s on a scale from 0 to 1 (%(experts)s, %(goals)s)") % {
            "w": shown(found.w, places=2),
            "experts": _experts(ranking.experts),
            "goals": ngettext("%(n)d goal", "%(n)d goals", len(ranking.goals))
            % {"n": len(ranking.goals)},
        }
    return Line(
        code="kendalls_w",
        name=gettext("Same order of goals (Kendall’s W)"),
        value=value,
        explanation=gettext(
            "Whether the experts put the goals in the same order, from the furthest "
            "behind to the furthest ahead: 1 if all do, near 0 if everybody has an "
            "order of their own. Compared is the largest block of goals that the same "
            "experts all estimated; goals that an expert sees level share a place."
        ),
    )


def left_out(ranking: Ranking) -> str:
    """What could not be compared, in a sentence or two; empty if nothing."""
    sentences = []
    if not ranking.concordance:
        return ""
    if ranking.experts < ranking.of:
        sentences.append(
            ngettext(
                "%(n)d of %(of)d experts is compared; the others have not estimated "
                "all these goals.",
                "%(n)d of %(of)d experts are compared; the others have not estimated "
                "all these goals.",
                ranking.experts,
            )
            % {"n": ranking.experts, "of": ranking.of}
        )
    if len(ranking.goals) < ranking.of_goals:
        goals = ", ".join(str(number) for number in ranking.goals)
        sentences.append(
            gettext("Compared are the goals that they all estimated: %(goals)s.")
            % {"goals": goals}
        )
    return " ".join(sentences)


def probability(value: float) -> str:
    """A p value: "p = 0.03", never "0.00"."""
    if value < 0.001:
        return gettext("p below %(limit)s") % {"limit": shown(Fraction(1, 1000), "", 3)}
    return gettext("p = %(value)s") % {"value": shown(Fraction(value), places=3)}


def _median(figures: PanelFigures) -> Line:
    return Line(
        code="median",
        name=gettext("Middle estimate (median)"),
        value=percent(figures.median),
        explanation=gettext(
            "Half of the experts are at or below this figure and half at or above it; "
            "one extreme estimate hardly moves it."
        ),
    )


def _spread(figures: PanelFigures) -> Line:
    value = gettext("needs at least two experts")
    if figures.quartiles and figures.iqr is not None:
        low, high = figures.quartiles
        value = gettext("%(low)s to %(high)s: %(wide)s wide") % {
            "low": percent(low),
            "high": percent(high),
            "wide": points(figures.iqr),
        }
    return Line(
        code="iqr",
        name=gettext("Middle half (interquartile range)"),
        value=value,
        explanation=gettext(
            "Where the middle half of the estimates lies, leaving out the lowest and "
            "the highest quarter: the narrower it is, the closer the experts are."
        ),
    )


def _within(figures: PanelFigures) -> Line:
    within = figures.within_5
    value = gettext("no figure")
    if within.of:
        share = Fraction(100 * within.count, within.of)
        value = gettext("%(count)d of %(n)d, %(share)s") % {
            "count": within.count,
            "n": within.of,
            "share": shown(share, "%"),
        }
    return Line(
        code="within_5",
        name=gettext("Within 5 points of the middle"),
        value=value,
        explanation=gettext(
            "How many experts are at most 5 percentage points away from the middle "
            "estimate."
        ),
    )


def _agreement(figures: PanelFigures) -> Line:
    value = gettext("needs at least two experts")
    if figures.van_der_eijk_a is not None:
        value = gettext("%(a)s on a scale from −1 to 1") % {
            "a": shown(figures.van_der_eijk_a, places=2)
        }
    return Line(
        code="van_der_eijk_a",
        name=gettext("One camp or several (van der Eijk’s A)"),
        value=value,
        explanation=gettext(
            "Counts the estimates in ten steps (0 to under 10%, 10 to under 20%, … 90 "
            "to 100%) and tells one camp from two: 1 if all are in the same step, 0 if "
            "they are spread evenly, −1 if half are at each end."
        ),
    )


def _stability(figures: PanelFigures) -> Line:
    value = gettext("no earlier round on this goal")
    if figures.previous is not None:
        value = gettext("nobody spoke both times")
        if figures.stability is not None:
            value = _moved(figures.stability, figures.previous.round.number)
    return Line(
        code="stability",
        name=gettext("Movement since the last round"),
        value=value,
        explanation=gettext(
            "Whether the same experts still say what they said in the round before: "
            "the panel counts as settled in its views if fewer than 15 in 100 would "
            "have to move by a step of 10 points to get from one picture to the other."
        ),
    )


def _moved(moved: Stability, number: int) -> str:
    steady = int(moved.share_steady * moved.experts)
    text = gettext(
        "middle %(change)s since round %(number)d; %(steady)d of %(n)d moved by 5 "
        "points or less"
    ) % {
        "change": points(moved.median_change, signed=True),
        "number": number,
        "steady": steady,
        "n": moved.experts,
    }
    verdict = gettext("stable") if moved.is_stable else gettext("still moving")
    return f"{text}; {verdict}"


def _far_out(figures: PanelFigures) -> Line:
    value = gettext("nobody")
    if figures.n < 4:
        value = gettext("needs at least four experts")
    elif figures.far_out:
        value = _experts(len(figures.far_out))
    return Line(
        code="far_out",
        name=gettext("Far outside the middle half"),
        value=value,
        explanation=gettext(
            "Estimates at least 10 points, and more than one and a half times the "
            "width of the middle half, beyond its ends. They may know something the "
            "others do not: ask them first."
        ),
    )


def _influence(figures: PanelFigures) -> Line:
    known = [abs(move) for move in figures.influence.values() if move is not None]
    largest = max(known, default=Fraction(0))
    value = gettext("no figure")
    if figures.round_goal.rule == Rule.AGREED:
        value = gettext("none: the figure is agreed in the meeting, not computed")
    elif largest:
        value = gettext("at most %(points)s") % {"points": points(largest)}
    elif known:
        value = gettext("nobody alone moves the figure")
    return Line(
        code="influence",
        name=gettext("What one expert moves"),
        value=value,
        explanation=gettext(
            "By how much the figure would change if one expert, with their estimate "
            "and their support, were not on the panel: a large number means that the "
            "result hangs on a single person."
        ),
    )


def _experts(count: int) -> str:
    return ngettext("%(n)d expert", "%(n)d experts", count) % {"n": count}


def _plural_of(value: Fraction) -> int:
    """The number that chooses the plural form; a broken one takes that of 2."""
    whole = round_half_up(value)
    return 2 if round_half_up(value, 1) != whole else abs(int(whole))
