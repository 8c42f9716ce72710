"""What a panel's proposals come to: the settlement rules, and who moved the result.

Pure: no Django, clock, settings or randomness. Percentages go in exact and come out
exact (`Fraction`, unrounded). What cannot be computed is None, never 0; exceptions are
for misuse, and for a settlement that was asked for and does not exist.

The measures of agreement are in `validation.agreement` and offered here too, so that
whoever looks at a panel needs one import.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from validation.agreement import (
    Concordance,
    Stability,
    interquartile_range,
    kendalls_w,
    median,
    quartiles,
    share_within,
    stability,
    van_der_eijk_a,
)

__all__ = [
    "AGREED_MISSING",
    "NOBODY_PROPOSED",
    "NOTHING_SUPPORTED",
    "RULES",
    "UNKNOWN_RULE",
    "Concordance",
    "PanelView",
    "RuleNotComputable",
    "Stability",
    "agreed",
    "every_rule",
    "interquartile_range",
    "keep",
    "kendalls_w",
    "leave_one_out",
    "mean_of_supported",
    "median",
    "median_of_latest",
    "quartiles",
    "settle",
    "share_within",
    "stability",
    "van_der_eijk_a",
    "weighted_by_supporters",
]

Expert = TypeVar("Expert", bound=Hashable)

NOTHING_SUPPORTED = "nothing_supported"
NOBODY_PROPOSED = "nobody_proposed"
AGREED_MISSING = "agreed_missing"
UNKNOWN_RULE = "unknown_rule"


class RuleNotComputable(Exception):
    """A settlement rule has nothing to work on; `rule` and `reason` say which and why.

    `reason` is one of NOTHING_SUPPORTED, NOBODY_PROPOSED, AGREED_MISSING and
    UNKNOWN_RULE, for the caller to put into words.
    """

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(f"{rule}: {reason}")
        self.rule = rule
        self.reason = reason


@dataclass(frozen=True)
class PanelView:
    """What the settlement of one goal may look at; all values are percentages.

    `latest`: each expert's latest proposal, where keep is the survey percent.
    `supporters`: each current proposal's percent and how many others support it.
    `agreed`: the value agreed in the meeting, if there is one.
    """

    survey_percent: Fraction
    latest: Sequence[Fraction] = ()
    supporters: Sequence[tuple[Fraction, int]] = ()
    agreed: Fraction | None = None

    def __post_init__(self) -> None:
        if any(backers < 0 for _, backers in self.supporters):
            raise ValueError("a proposal cannot have fewer than no supporters")


def keep(panel: PanelView) -> Fraction:
    """survey percent: what the survey says stands.

    In percent, exact. Always computable.

    Source: the report Kazakhstan 2022, e.g. its goal 1: 37% before and after.

    >>> keep(PanelView(Fraction(37)))
    Fraction(37, 1)
    """
    return Fraction(panel.survey_percent)


def agreed(panel: PanelView) -> Fraction:
    """agreed percent: the value the meeting agreed on.

    In percent, exact. RuleNotComputable (AGREED_MISSING) where none is recorded.

    Source: the report Kazakhstan 2022, e.g. its goal 3: from 45% to 30%.

    >>> agreed(PanelView(Fraction(45), agreed=Fraction(30)))
    Fraction(30, 1)
    """
    if panel.agreed is None:
        raise RuleNotComputable("agreed", AGREED_MISSING)
    return Fraction(panel.agreed)


def mean_of_supported(panel: PanelView) -> Fraction:
    """Σ p / k over the k distinct percents that at least one other expert supports.

    In percent, exact. Two supported proposals of the same percent count once, however
    many support them. RuleNotComputable (NOTHING_SUPPORTED) where k = 0.

    Source: the report Kazakhstan 2022, goal 5: (25 + 33 + 30) / 3 = 29.33, printed 29%.

    >>> backed = [(25, 2), (33, 1), (30, 1)]
    >>> mean_of_supported(PanelView(Fraction(38), supporters=backed))
    Fraction(88, 3)
    """
    supported = {Fraction(p) for p, backers in panel.supporters if backers}
    if not supported:
        raise RuleNotComputable("mean_of_supported", NOTHING_SUPPORTED)
    return sum(supported, Fraction(0)) / len(supported)


def weighted_by_supporters(panel: PanelView) -> Fraction:
    """Σ p·s / Σ s over the current proposals, s = how many others support each.

    In percent, exact. Proposing is not supporting: a proposal nobody else supports
    weighs nothing. RuleNotComputable (NOTHING_SUPPORTED) where Σ s = 0.

    Source: definition of the weighted mean.

    >>> weighted_by_supporters(PanelView(Fraction(38), supporters=[(25, 3), (33, 1)]))
    Fraction(27, 1)
    """
    backers = sum(s for _, s in panel.supporters)
    if not backers:
        raise RuleNotComputable("weighted_by_supporters", NOTHING_SUPPORTED)
    return sum((Fraction(p) * s for p, s in panel.supporters), Fraction(0)) / backers


def median_of_latest(panel: PanelView) -> Fraction:
    """median of each expert's latest proposal, keep counting as the survey percent.

    In percent, exact; the midpoint of the two middle ones for an even number.
    RuleNotComputable (NOBODY_PROPOSED) where there is no proposal.

    Source: N. Dalkey, The Delphi Method: An Experimental Study of Group Opinion, RAND
    RM-5888-PR (1969): the median of the final round is the group's response.

    >>> median_of_latest(PanelView(Fraction(38), latest=[25, 30, 33, 38]))
    Fraction(63, 2)
    """
    middle = median(panel.latest)
    if middle is None:
        raise RuleNotComputable("median_of_latest", NOBODY_PROPOSED)
    return middle


RULES: Mapping[str, Callable[[PanelView], Fraction]] = {
    "keep": keep,
    "agreed": agreed,
    "mean_of_supported": mean_of_supported,
    "weighted_by_supporters": weighted_by_supporters,
    "median_of_latest": median_of_latest,
}
"""The settlement rules a round may be opened with, by name."""


def settle(rule: str, panel: PanelView) -> Fraction:
    """RULES[rule](panel): the post-consultation percentage by the named rule.

    In percent, exact and unrounded. Raises RuleNotComputable with the reason where the
    rule has nothing to work on, and with UNKNOWN_RULE for a name not in RULES.

    Source: each rule's own.

    >>> settle("keep", PanelView(Fraction(37)))
    Fraction(37, 1)
    """
    if rule not in RULES:
        raise RuleNotComputable(rule, UNKNOWN_RULE)
    return RULES[rule](panel)


def every_rule(panel: PanelView) -> dict[str, Fraction | None]:
    """{rule: settle(rule, panel)} for every rule; None where a rule is not computable.

    In percent, exact; in the order of RULES, for the preview side by side.

    Source: each rule's own.

    >>> every_rule(PanelView(Fraction(38), latest=[25]))["median_of_latest"]
    Fraction(25, 1)
    """
    return {rule: _settled_or_none(rule, panel) for rule in RULES}


def leave_one_out(
    rule: str, panel: PanelView, without: Mapping[Expert, PanelView]
) -> dict[Expert, Fraction | None]:
    """settle(rule, panel) - settle(rule, panel without the expert), for each expert.

    In percentage points, exact: positive where the expert's voice raised the settled
    figure. `without` holds, for each expert, the panel as it would be without their
    proposals and their support. None where either side is not computable; an unknown
    rule raises RuleNotComputable.

    Source: B. Efron, The Jackknife, the Bootstrap and Other Resampling Plans, SIAM
    (1982), ch. 2: deletion of one observation at a time.

    >>> panel = PanelView(Fraction(38), latest=[20, 30])
    >>> leave_one_out("median_of_latest", panel, {"A": PanelView(38, latest=[30])})
    {'A': Fraction(-5, 1)}
    """
    if rule not in RULES:
        raise RuleNotComputable(rule, UNKNOWN_RULE)
    whole = _settled_or_none(rule, panel)
    rest = {expert: _settled_or_none(rule, view) for expert, view in without.items()}
    return {
        expert: None if whole is None or figure is None else whole - figure
        for expert, figure in rest.items()
    }


def _settled_or_none(rule: str, panel: PanelView) -> Fraction | None:
    try:
        return RULES[rule](panel)
    except RuleNotComputable:
        return None
