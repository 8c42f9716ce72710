from django.db import migrations

from surveys.triggers import Refuse, append_only

GOAL_IS_CLOSED = """
NOT EXISTS (
    SELECT 1 FROM validation_roundgoal rg
     WHERE rg.id = {round_goal} AND rg.is_open
)
"""
PROPOSAL_GOAL = (
    "(SELECT p.round_goal_id FROM validation_proposal p WHERE p.id = NEW.proposal_id)"
)
NOT_ON_THE_PANEL = """
NOT EXISTS (
    SELECT 1 FROM validation_assignment a
      JOIN validation_roundgoal rg ON rg.goal_id = a.goal_id
      JOIN surveys_member m ON m.id = a.expert_id AND m.scorecard_id = rg.scorecard_id
     WHERE a.expert_id = NEW.expert_id AND rg.id = {round_goal}
)
"""
NOT_A_REVISION = """
NEW.revises_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM validation_proposal p
     WHERE p.id = NEW.revises_id AND p.round_goal_id = NEW.round_goal_id
       AND p.expert_id = NEW.expert_id
)
"""
OWN_PROPOSAL = """
EXISTS (
    SELECT 1 FROM validation_proposal p
     WHERE p.id = NEW.proposal_id AND p.expert_id = NEW.expert_id
)
"""
REVISED_PROPOSAL = """
EXISTS (SELECT 1 FROM validation_proposal p WHERE p.revises_id = NEW.proposal_id)
"""
STILL_TAKING_ANSWERS = {
    "sqlite": """
EXISTS (
    SELECT 1 FROM surveys_scorecard s
     WHERE s.id = NEW.scorecard_id
       AND strftime('%s', NEW.frozen_at) - strftime('%s', s.closes_at)
           < s.grace_minutes * 60
)
""",
    "postgresql": """
EXISTS (
    SELECT 1 FROM surveys_scorecard s
     WHERE s.id = NEW.scorecard_id
       AND NEW.frozen_at < s.closes_at + s.grace_minutes * interval '1 minute'
)
""",
}
FROZEN = """
EXISTS (SELECT 1 FROM validation_baseline b WHERE b.scorecard_id = NEW.scorecard_id)
"""
FROZEN_ANSWER = """
EXISTS (
    SELECT 1 FROM validation_baseline b
      JOIN surveys_response r ON r.scorecard_id = b.scorecard_id
     WHERE r.id = NEW.response_id
)
"""
FROZEN_EXCLUSION = """
EXISTS (
    SELECT 1 FROM validation_baseline b
      JOIN surveys_exclusion e ON e.scorecard_id = b.scorecard_id
     WHERE e.id = NEW.exclusion_id
)
"""
# How small a group may be shown, once figures are frozen; how experts are named, once
# they were asked.
PROMISES_BROKEN = """
NEW.smallest_group <> OLD.smallest_group AND EXISTS (
    SELECT 1 FROM validation_baseline b WHERE b.scorecard_id = OLD.id
)
OR NEW.identities <> OLD.identities AND EXISTS (
    SELECT 1 FROM validation_round r
     WHERE r.scorecard_id = OLD.id AND r.opened_at IS NOT NULL
)
"""
# Frozen figures are those of a survey that is over.
MOVED_AFTER_FREEZING = """
NEW.closes_at <> OLD.closes_at AND EXISTS (
    SELECT 1 FROM validation_baseline b WHERE b.scorecard_id = OLD.id
)
"""
# Blindness: an expert on a panel stays one, and whoever could read panels becomes none.
ANOTHER_PART = """
NEW.role <> OLD.role AND (
    EXISTS (SELECT 1 FROM validation_assignment a WHERE a.expert_id = OLD.id)
    OR NEW.role = 'expert' AND EXISTS (
        SELECT 1 FROM validation_round r
         WHERE r.scorecard_id = OLD.scorecard_id AND r.opened_at IS NOT NULL
    )
)
"""
# Experts know goals of one instrument; another has goals of its own.
ANOTHER_PANEL = """
NEW.instrument_id <> OLD.instrument_id
AND (EXISTS (
        SELECT 1 FROM validation_assignment a
          JOIN surveys_member m ON m.id = a.expert_id
         WHERE m.scorecard_id = OLD.id
     ) OR EXISTS (
        SELECT 1 FROM validation_roundgoal rg WHERE rg.scorecard_id = OLD.id
     ))
"""
OPENED_WITHOUT_BASELINE = """
NEW.opened_at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM validation_baseline b WHERE b.scorecard_id = NEW.scorecard_id
)
"""
ROUND_REWRITTEN = """
OLD.opened_at IS NOT NULL AND (
    NEW.opened_at IS NULL OR NEW.opened_at <> OLD.opened_at
    OR NEW.is_blind <> OLD.is_blind OR NEW.scorecard_id <> OLD.scorecard_id
    OR NEW.number <> OLD.number
    OR NEW.opened_by_id <> OLD.opened_by_id
)
OR OLD.closed_at IS NOT NULL AND (
    NEW.closed_at IS NULL OR NEW.closed_at <> OLD.closed_at
    OR NEW.closed_by_id <> OLD.closed_by_id
)
"""
ROUND_HAS_OPENED = """
EXISTS (
    SELECT 1 FROM validation_round r
     WHERE r.id = {row}.round_id AND r.opened_at IS NOT NULL
)
"""
TURNED_BACK = """
OLD.revealed_at IS NOT NULL AND (
    NEW.revealed_at IS NULL OR NEW.revealed_at <> OLD.revealed_at
    OR NEW.revealed_by_id <> OLD.revealed_by_id
)
OR NEW.changes < OLD.changes
"""
ROUND_GOAL_REWRITTEN = f"""
NEW.round_id <> OLD.round_id OR NEW.scorecard_id <> OLD.scorecard_id
OR (NEW.rule <> OLD.rule OR NEW.goal_id <> OLD.goal_id)
   AND {ROUND_HAS_OPENED.format(row="OLD")}
"""
OPENED_OUT_OF_TURN = """
NEW.is_open AND (
    NOT EXISTS (
        SELECT 1 FROM validation_round r
         WHERE r.id = NEW.round_id AND r.opened_at IS NOT NULL AND r.closed_at IS NULL
    )
    OR EXISTS (SELECT 1 FROM validation_settlement s WHERE s.round_goal_id = NEW.id)
)
"""
FOREIGN_SCORECARD = """
NOT EXISTS (
    SELECT 1 FROM validation_round r
      JOIN surveys_scorecard s ON s.id = r.scorecard_id
      JOIN surveys_goal g ON g.instrument_id = s.instrument_id
     WHERE r.id = NEW.round_id AND s.id = NEW.scorecard_id AND g.id = NEW.goal_id
)
"""
UNFROZEN_RULE = """
NOT EXISTS (
    SELECT 1 FROM validation_roundgoal rg
      JOIN validation_round r ON r.id = rg.round_id
     WHERE rg.id = NEW.round_goal_id AND rg.rule = NEW.rule
       AND r.opened_at IS NOT NULL
)
"""
# "88/3": an exact fraction, here compared as numerator and 100 x denominator.
OUT_OF_RANGE = {
    "postgresql": """
        NEW.percent !~ '^[0-9]+/[1-9][0-9]*$'
        OR split_part(NEW.percent, '/', 1)::numeric
           > 100 * split_part(NEW.percent, '/', 2)::numeric
    """,
    "sqlite": """
        NEW.percent NOT GLOB '[0-9]*/[1-9]*' OR NEW.percent GLOB '*[^0-9/]*'
        OR NEW.percent GLOB '*/*/*'
        OR CAST(substr(NEW.percent, 1, instr(NEW.percent, '/') - 1) AS REAL)
           > 100 * CAST(substr(NEW.percent, instr(NEW.percent, '/') + 1) AS REAL)
    """,
}

NOT_THE_NEXT = """
NEW.number <> 1 + (
    SELECT count(*) FROM validation_ledgerentry e
     WHERE e.scorecard_id = NEW.scorecard_id
)
OR NEW.previous <> COALESCE(
    (SELECT e.hash FROM validation_ledgerentry e
      WHERE e.scorecard_id = NEW.scorecard_id AND e.number = NEW.number - 1),
    '0000000000000000000000000000000000000000000000000000000000000000'
)
"""


def refuse(table: str, event: str, name: str, message: str, condition) -> Refuse:
    table = f"validation_{table}"
    return Refuse(f"{table}_{name}", table, event, message, condition)


class Migration(migrations.Migration):
    dependencies = [
        ("validation", "0001_initial"),
        ("surveys", "0002_triggers"),
    ]

    operations = [
        Refuse(
            "surveys_scorecard_another_panel",
            "surveys_scorecard",
            "UPDATE",
            "experts are assigned to goals of its instrument",
            ANOTHER_PANEL,
        ),
        Refuse(
            "surveys_scorecard_promises",
            "surveys_scorecard",
            "UPDATE",
            "what a scorecard promised does not change",
            PROMISES_BROKEN,
        ),
        Refuse(
            "surveys_scorecard_moved_after_freezing",
            "surveys_scorecard",
            "UPDATE",
            "the survey figures of this scorecard are frozen, and its end with them",
            MOVED_AFTER_FREEZING,
        ),
        Refuse(
            "surveys_member_another_part",
            "surveys_member",
            "UPDATE",
            "an expert on a panel stays one, and nobody becomes one after a round opened",
            ANOTHER_PART,
        ),
        *append_only("validation_baseline"),
        Refuse(
            "validation_baseline_too_early",
            "validation_baseline",
            "INSERT",
            "answers may still come in: closing and grace are not over",
            STILL_TAKING_ANSWERS,
        ),
        *append_only("validation_proposal"),
        *append_only("validation_support"),
        *append_only("validation_withdrawal"),
        *append_only("validation_comment"),
        *append_only("validation_contribution"),
        *append_only("validation_reminder"),
        *append_only("validation_erasure"),
        *append_only("validation_settlement"),
        *append_only("validation_ledgerentry"),
        Refuse(
            "surveys_response_after_baseline",
            "surveys_response",
            "INSERT",
            "the survey figures of this scorecard are frozen",
            FROZEN,
        ),
        Refuse(
            "surveys_answer_after_baseline",
            "surveys_answer",
            "INSERT",
            "the survey figures of this scorecard are frozen",
            FROZEN_ANSWER,
        ),
        Refuse(
            "surveys_exclusion_after_baseline",
            "surveys_exclusion",
            "INSERT",
            "the survey figures of this scorecard are frozen",
            FROZEN,
        ),
        Refuse(
            "surveys_readmission_after_baseline",
            "surveys_readmission",
            "INSERT",
            "the survey figures of this scorecard are frozen",
            FROZEN_EXCLUSION,
        ),
        refuse(
            "round",
            "INSERT",
            "inserted_open",
            "a round is prepared before it opens",
            "NEW.opened_at IS NOT NULL",
        ),
        refuse(
            "round",
            "UPDATE",
            "without_baseline",
            "a round opens after the survey figures are frozen",
            OPENED_WITHOUT_BASELINE,
        ),
        refuse(
            "round",
            "UPDATE",
            "rewritten",
            "what a round opened or closed with does not change",
            ROUND_REWRITTEN,
        ),
        refuse(
            "round",
            "DELETE",
            "removed",
            "a round that was opened stays",
            "OLD.opened_at IS NOT NULL",
        ),
        refuse(
            "roundgoal",
            "INSERT",
            "added_late",
            "the goals of a round are chosen before it opens",
            ROUND_HAS_OPENED.format(row="NEW"),
        ),
        refuse(
            "roundgoal",
            "INSERT",
            "foreign",
            "the goal is not of the scorecard of this round",
            FOREIGN_SCORECARD,
        ),
        refuse(
            "roundgoal",
            "INSERT",
            "inserted_open",
            "a goal opens with its round",
            "NEW.is_open",
        ),
        refuse(
            "roundgoal",
            "UPDATE",
            "rewritten",
            "the rule is chosen before the round opens",
            ROUND_GOAL_REWRITTEN,
        ),
        refuse(
            "roundgoal",
            "UPDATE",
            "turned_back",
            "what was revealed stays revealed",
            TURNED_BACK,
        ),
        refuse(
            "roundgoal",
            "UPDATE",
            "opened_out_of_turn",
            "a goal is open only in an open round, and not once it is settled",
            OPENED_OUT_OF_TURN,
        ),
        refuse(
            "roundgoal",
            "DELETE",
            "removed",
            "the goals of an opened round stay",
            ROUND_HAS_OPENED.format(row="OLD"),
        ),
        refuse(
            "proposal",
            "INSERT",
            "into_closed_goal",
            "the goal is not open for proposals",
            GOAL_IS_CLOSED.format(round_goal="NEW.round_goal_id"),
        ),
        refuse(
            "proposal",
            "INSERT",
            "by_outsider",
            "the expert is not on the panel of this goal",
            NOT_ON_THE_PANEL.format(round_goal="NEW.round_goal_id"),
        ),
        refuse(
            "proposal",
            "INSERT",
            "foreign_revision",
            "an expert revises only their own proposal on the same goal",
            NOT_A_REVISION,
        ),
        refuse(
            "support",
            "INSERT",
            "into_closed_goal",
            "the goal is not open for support",
            GOAL_IS_CLOSED.format(round_goal=PROPOSAL_GOAL),
        ),
        refuse(
            "support",
            "INSERT",
            "by_outsider",
            "the expert is not on the panel of this goal",
            NOT_ON_THE_PANEL.format(round_goal=PROPOSAL_GOAL),
        ),
        refuse(
            "support",
            "INSERT",
            "of_own",
            "an expert supports the proposals of others",
            OWN_PROPOSAL,
        ),
        refuse(
            "support",
            "INSERT",
            "of_revised",
            "the proposal has been revised",
            REVISED_PROPOSAL,
        ),
        refuse(
            "settlement",
            "INSERT",
            "unfrozen_rule",
            "a goal is settled by the rule chosen before its round opened",
            UNFROZEN_RULE,
        ),
        refuse(
            "settlement",
            "INSERT",
            "out_of_range",
            "a settled percentage lies between 0 and 100",
            OUT_OF_RANGE,
        ),
        refuse(
            "ledgerentry",
            "INSERT",
            "out_of_turn",
            "an entry follows on the last one",
            NOT_THE_NEXT,
        ),
        refuse(
            "ledgersalt",
            "UPDATE",
            "refuses_update",
            "a salt is kept or removed, never changed",
            "1 = 1",
        ),
    ]
