"""How a goal's post-consultation percentage came about, from its rounds."""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext, ngettext

from reports.pages import wording
from reports.pages.document import GoalPage, ProposalLine, Report, RoundLine
from reports.reading.method import day


@dataclass(frozen=True)
class Story:
    """`calculation` is the rule with its inputs, "" where there is nothing to add."""

    sentences: tuple[str, ...]
    calculation: str = ""
    reason: str = ""
    dissent: str = ""
    is_settled: bool = False


def story_of(report: Report, page: GoalPage) -> Story:
    """The last round that settled the goal; else what stands in its place."""
    settled = [line for line in page.rounds if line.settlement]
    if settled:
        return settled_story(report, page, settled[-1])
    return Story((_unsettled(page),))


def _unsettled(page: GoalPage) -> str:
    if page.survey.percent is None:
        return gettext("There is no figure to consult on.")
    if not page.rounds:
        return gettext(
            "The experts were not consulted on this goal: the survey average stands."
        )
    if page.rounds[-1].closed_at is None:
        return gettext(
            "The consultation is under way: so far the survey average stands."
        )
    return gettext(
        "The consultation ended without a settlement: the survey average stands."
    )


def settled_story(report: Report, page: GoalPage, line: RoundLine) -> Story:
    """How this round settled the goal."""
    settlement = line.settlement
    assert settlement is not None, "only a round that settled the goal has a story"
    sentences = [
        proposed_sentence(page, line),
        *wording.left_out_sentences(line),
        gettext(
            "%(by)s settled it on %(day)s by the rule that was chosen before the round "
            "opened: %(rule)s."
        )
        % {
            "by": settlement.by,
            "day": day(report, settlement.settled_at),
            "rule": wording.rule_name(settlement.rule),
        },
    ]
    return Story(
        sentences=tuple(words for words in sentences if words),
        calculation=calculation(line, page.survey.percent),
        reason=settlement.reason,
        dissent=settlement.dissent,
        is_settled=True,
    )


def proposed_sentence(page: GoalPage, line: RoundLine) -> str:
    """How many experts proposed what, each with their latest; of those counted."""
    current = [proposal for proposal in line.proposals if proposal.is_current]
    latest = [proposal for proposal in current if proposal.is_counted]
    if not current:
        return gettext("Nobody proposed a percentage.")
    if not latest:
        return gettext("No expert who is counted proposed a percentage.")
    return ngettext(
        "%(count)d expert made a proposal: %(proposals)s.",
        "%(count)d experts made a proposal: %(proposals)s.",
        len(latest),
    ) % {"count": len(latest), "proposals": wording.joined(_kinds(latest))}


def _kinds(latest: list[ProposalLine]) -> list[str]:
    kept = sum(proposal.percent is None for proposal in latest)
    changes = Counter(p.percent for p in latest if p.percent is not None)
    kinds = []
    if kept:
        kinds.append(
            ngettext(
                "%(n)d to keep the survey average",
                "%(n)d to keep the survey average",
                kept,
            )
            % {"n": kept}
        )
    for value, n in sorted(changes.items()):
        kinds.append(
            ngettext("%(n)d for %(percent)s", "%(n)d for %(percent)s", n)
            % {"n": n, "percent": f"{wording.number(value)}%"}
        )
    return kinds


def calculation(line: RoundLine, survey_percent: Fraction | None) -> str:
    """The settled value with the rule's inputs and, if that differs, as printed."""
    settlement = line.settlement
    if settlement is None:
        return ""
    exact = wording.number(settlement.percent)
    printed = wording.percent(settlement.percent)
    working = wording.rule_calculation(line, survey_percent) or f"{exact}%"
    if f"{exact}%" == printed:
        return working
    return gettext("%(working)s, printed as %(percent)s") % {
        "working": working,
        "percent": printed,
    }
