"""What a settlement rule makes of the panel, written out."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from surveys.charts.words import shown
from surveys.scoring import round_half_up
from validation.consensus import RULES, PanelView, RuleNotComputable, settle
from validation.models import Rule
from validation.words import (
    NO_SURVEY_AVERAGE,
    NOT_COMPUTABLE,
    RULE_EXPLANATIONS,
    RULE_NAMES,
)


@dataclass(frozen=True)
class RuleLine:
    """What one rule would give right now; `why_not` in words where it gives nothing."""

    rule: str
    name: str
    explanation: str
    percent: Fraction | None
    working: str
    why_not: str


def rule_lines(panel: PanelView | None) -> list[RuleLine]:
    """Every rule, in the order of RULES; no panel where there is no survey average."""
    return [_rule_line(rule, panel) for rule in RULES]


def _rule_line(rule: str, panel: PanelView | None) -> RuleLine:
    percent, steps, why_not = None, "", ""
    if panel is None:
        why_not = str(NOT_COMPUTABLE[NO_SURVEY_AVERAGE])
    else:
        try:
            percent, steps = settle(rule, panel), working(rule, panel)
        except RuleNotComputable as refusal:
            why_not = str(NOT_COMPUTABLE[refusal.reason])
    return RuleLine(
        rule=rule,
        name=str(RULE_NAMES[rule]),
        explanation=str(RULE_EXPLANATIONS[rule]),
        percent=percent,
        working=steps,
        why_not=why_not,
    )


def working(rule: str, panel: PanelView) -> str:
    """The steps from the panel's figures to the percentage, e.g. "(25 + 33 + 30) / 3".

    Percentages with the decimals they have, at most two; the rule must be computable.
    """
    if rule == Rule.MEAN_OF_SUPPORTED:
        supported = sorted({p for p, backers in panel.supporters if backers})
        steps = f"({_joined(' + ', supported)}) / {len(supported)}"
    elif rule == Rule.WEIGHTED_BY_SUPPORTERS:
        backed = [(p, backers) for p, backers in sorted(panel.supporters) if backers]
        terms = " + ".join(f"{_plain(p)} × {backers}" for p, backers in backed)
        steps = f"({terms}) / {sum(backers for _p, backers in backed)}"
    elif rule == Rule.MEDIAN_OF_LATEST:
        steps = _("the middle of %(values)s") % {
            "values": _joined("; ", sorted(panel.latest))
        }
    elif rule == Rule.AGREED:
        return _("as agreed in the meeting")
    else:
        return _("the survey average, %(value)s") % {
            "value": _plain(panel.survey_percent) + "%"
        }
    result = settle(rule, panel)
    is_exact = round_half_up(result, 2) == result
    return f"{steps} {'=' if is_exact else '≈'} {_plain(result)}%"


def _joined(sign: str, values: Iterable[Fraction]) -> str:
    return sign.join(_plain(value) for value in values)


def _plain(value: Fraction) -> str:
    rounded = round_half_up(value, 2)
    places = next(p for p in (0, 1, 2) if round_half_up(value, p) == rounded)
    return shown(value, places=places)
