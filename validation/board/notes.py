"""What stands above the panel: how the goal was settled, what is hidden and why."""

from typing import Any

from surveys.models import Role
from validation.board.parts import Part, Reader
from validation.board.voices import Panel
from validation.models import RoundGoal, Settlement
from validation.panels import panel_view
from validation.settling.working import working
from validation.words import RULE_EXPLANATIONS, RULE_NAMES


def is_kept_back(round_goal: RoundGoal, panel: Panel) -> bool:
    """Whether somebody on the panel may not see it yet."""
    return bool(
        panel.missing
        and round_goal.is_open
        and round_goal.round.is_blind
        and round_goal.revealed_at is None
    )


def settlement_of(round_goal: RoundGoal) -> Settlement | None:
    return getattr(round_goal, "settlement", None)


def settlement_part(reader: Reader, panel: Panel | None) -> Part:
    """How the goal was settled, or that it takes no more; empty while it does."""
    round_goal = reader.round_goal
    settlement = settlement_of(round_goal)
    if settlement is None or panel is None:
        is_over = round_goal.is_over
        return reader.part(
            "settlement", "over", (is_over,), lambda: {"is_over": is_over}
        )
    by = panel.names.get(settlement.settled_by_id, "")
    return reader.part(
        "settlement",
        "settled",
        (settlement.pk, by, panel.survey_percent, panel.figures_state),
        lambda: _settled(round_goal, settlement, panel),
    )


def _settled(
    round_goal: RoundGoal, settlement: Settlement, panel: Panel
) -> dict[str, Any]:
    survey, steps = panel.survey_percent, ""
    if survey is not None:
        view = panel_view(round_goal, survey, settlement.percent)
        steps = working(settlement.rule, view)
    return {
        "settlement": settlement,
        "working": steps,
        "survey_percent": survey,
        "names": panel.names,
        "rule_name": RULE_NAMES[round_goal.rule],
    }


def note_part(reader: Reader, panel: Panel | None, *, is_hidden: bool) -> Part:
    """The rule; who is missing; or why nothing shows. Revealing, for a coordinator."""
    round_goal = reader.round_goal
    role, is_on_screen = reader.member.role, reader.is_on_screen
    kept_back = panel is not None and is_kept_back(round_goal, panel)
    missing = [] if panel is None else [panel.names.get(e, "") for e in panel.missing]
    context = {
        "is_hidden": is_hidden,
        "is_shown": panel is not None,
        "missing": missing if role != Role.EXPERT and not is_on_screen else [],
        "is_kept_back": kept_back and role != Role.EXPERT,
        "may_reveal": (
            role == Role.COORDINATOR
            and not is_on_screen
            and round_goal.is_open
            and round_goal.round.is_blind
            and round_goal.revealed_at is None
        ),
        "rule": round_goal.rule,
        # Before, the coordinator may still choose another.
        "is_frozen": round_goal.round.opened_at is not None,
        "revealed_at": round_goal.revealed_at,
    }
    return reader.part(
        "panel-note",
        "note",
        tuple(context.items()),
        lambda: {
            **context,
            "rule_name": RULE_NAMES[round_goal.rule],
            "rule_explanation": RULE_EXPLANATIONS[round_goal.rule],
        },
    )
