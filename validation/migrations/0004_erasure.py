"""Append-only, but for one thing: the words of a person who is erased are blanked.

Before, no UPDATE was allowed. Now one is: of a row of a member who has an Erasure and
whose entry in the ledger has lost its salt, free text to its blank, nothing else.
"""

from django.db import migrations

from surveys.triggers import Lift, Refuse, append_only

# What cannot be NULL, and what can: NULL = NULL is not true in SQL.
SAME = {
    "proposal": (
        ["id", "round_goal_id", "expert_id", "kind", "confidence", "proposed_at"],
        ["percent", "lower", "upper", "sureness", "entered_by_id", "revises_id"],
    ),
    "support": (["id", "proposal_id", "expert_id", "supported_at"], []),
    "withdrawal": (["support_id", "withdrawn_at"], []),
    "comment": (["id", "round_goal_id", "member_id", "commented_at"], ["proposal_id"]),
    "interestdecision": (
        ["id", "expert_id", "goal_id", "handling", "decided_by_id", "decided_at"],
        [],
    ),
}
BLANK = {
    "proposal": {"justification": "[erased]", "interest": ""},
    "support": {"reason": ""},
    "withdrawal": {"reason": ""},
    "comment": {"text": "[erased]"},
    "interestdecision": {"reason": ""},
}
PERSON = {
    "proposal": "OLD.expert_id",
    "support": "OLD.expert_id",
    "withdrawal": (
        "(SELECT s.expert_id FROM validation_support s WHERE s.id = OLD.support_id)"
    ),
    "comment": "OLD.member_id",
    "interestdecision": "OLD.expert_id",
}
KEY = {"proposal": "OLD.id", "support": "OLD.id", "withdrawal": "OLD.support_id"}

IS_ERASED = """
EXISTS (SELECT 1 FROM validation_erasure e WHERE e.member_id = {person})
"""
HAS_NO_SALT = """
NOT EXISTS (
    SELECT 1 FROM validation_ledgerentry l
      JOIN validation_ledgersalt s ON s.entry_id = l.id
     WHERE l.kind = '{kind}' AND l.record = {key}
)
"""
# The entry's record is one of a member who was erased.
SALT_OF_THE_LIVING = """
NOT EXISTS (
    SELECT 1 FROM validation_ledgerentry l
      JOIN validation_proposal p ON l.kind = 'proposal' AND p.id = l.record
      JOIN validation_erasure e ON e.member_id = p.expert_id
     WHERE l.id = OLD.entry_id
)
AND NOT EXISTS (
    SELECT 1 FROM validation_ledgerentry l
      JOIN validation_support s
        ON l.kind IN ('support', 'withdrawal') AND s.id = l.record
      JOIN validation_erasure e ON e.member_id = s.expert_id
     WHERE l.id = OLD.entry_id
)
"""


def is_a_blanking(table: str) -> str:
    """The one UPDATE that is allowed on the table."""
    certain, perhaps = SAME[table]
    conditions = [f"NEW.{column} = OLD.{column}" for column in certain]
    conditions += [
        f"(NEW.{column} = OLD.{column}"
        f" OR NEW.{column} IS NULL AND OLD.{column} IS NULL)"
        for column in perhaps
    ]
    conditions += [
        f"NEW.{column} = '{blank}'" for column, blank in BLANK[table].items()
    ]
    conditions.append(IS_ERASED.format(person=PERSON[table]))
    if table in KEY:
        conditions.append(HAS_NO_SALT.format(kind=table, key=KEY[table]))
    return " AND ".join(f"COALESCE({condition}, FALSE)" for condition in conditions)


def only_blanking(table: str) -> list[Lift | Refuse]:
    name = f"validation_{table}"
    update = next(one for one in append_only(name) if one.event == "UPDATE")
    return [
        Lift(update),
        Refuse(
            f"{name}_only_blanked",
            name,
            "UPDATE",
            f"{name} is append-only",
            f"NOT ({is_a_blanking(table)})",
        ),
    ]


def silent(table: str, person: str) -> Refuse:
    return Refuse(
        f"validation_{table}_by_erased",
        f"validation_{table}",
        "INSERT",
        "this person was erased",
        f"EXISTS (SELECT 1 FROM validation_erasure e WHERE e.member_id = NEW.{person})",
    )


class Migration(migrations.Migration):
    dependencies = [("validation", "0003_mail_and_interests")]

    operations = [
        *(operation for table in SAME for operation in only_blanking(table)),
        Refuse(
            "validation_ledgersalt_removed",
            "validation_ledgersalt",
            "DELETE",
            "a salt is removed only where its person was erased",
            SALT_OF_THE_LIVING,
        ),
        silent("proposal", "expert_id"),
        silent("support", "expert_id"),
        silent("comment", "member_id"),
    ]
