from django.db import migrations

from surveys.triggers import Refuse, append_only

SCALE = """
SELECT substr('0123456789abcdefghijklmnopqrstuvwxyz', i.scale_minimum + 1,
              i.scale_maximum - i.scale_minimum + 1) || '?/-'
  FROM surveys_instrument i JOIN surveys_goal g ON g.instrument_id = i.id
 WHERE g.id = NEW.goal_id
"""
INDICATORS = """
SELECT count(*)
  FROM surveys_indicator i JOIN surveys_goal g ON g.instrument_id = i.instrument_id
 WHERE g.id = NEW.goal_id
"""
OFF_THE_SCALE = f"""
ltrim(NEW.ratings, ({SCALE})) <> '' OR length(NEW.ratings) <> ({INDICATORS})
"""
FOREIGN_GOAL = """
NOT EXISTS (
    SELECT 1 FROM surveys_response r
      JOIN surveys_scorecard s ON s.id = r.scorecard_id
      JOIN surveys_goal g ON g.instrument_id = s.instrument_id
     WHERE r.id = NEW.response_id AND g.id = NEW.goal_id
)
"""
# Of this scorecard, by one of its coordinators, and not excluded already.
NOT_TO_EXCLUDE = """
NOT EXISTS (
    SELECT 1 FROM surveys_response r
     WHERE r.id = NEW.response_id AND r.scorecard_id = NEW.scorecard_id
)
OR NOT EXISTS (
    SELECT 1 FROM surveys_member m
     WHERE m.id = NEW.excluded_by_id AND m.scorecard_id = NEW.scorecard_id
       AND m.role = 'coordinator'
)
OR EXISTS (
    SELECT 1 FROM surveys_exclusion e
     WHERE e.response_id = NEW.response_id
       AND (e.number >= NEW.number OR NOT EXISTS (
           SELECT 1 FROM surveys_readmission a WHERE a.exclusion_id = e.id
       ))
)
"""
NOT_TO_READMIT = """
NOT EXISTS (
    SELECT 1 FROM surveys_exclusion e
      JOIN surveys_member m ON m.scorecard_id = e.scorecard_id
     WHERE e.id = NEW.exclusion_id AND m.id = NEW.readmitted_by_id
       AND m.role = 'coordinator'
)
"""
# An anonymous scorecard promised that no response leads to an invitation.
NAMES_AN_INVITEE = """
NEW.invitation_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM surveys_scorecard s
      JOIN surveys_invitation i ON i.scorecard_id = s.id
     WHERE s.id = NEW.scorecard_id AND i.id = NEW.invitation_id
       AND s.anonymity = 'confidential'
)
"""
# Whoever was written to had a ticket then: without one now, they have answered.
ANSWERED_ALREADY = """
EXISTS (
    SELECT 1 FROM surveys_invitationletter l
     WHERE l.invitation_id = NEW.invitation_id AND l.state <> 'waiting'
)
"""
FOREIGN_TICKET = """
NEW.ticket_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM surveys_invitation i
     WHERE i.id = NEW.ticket_id AND i.scorecard_id = NEW.scorecard_id
)
"""
FOREIGN_LETTER = """
NOT EXISTS (
    SELECT 1 FROM surveys_invitation i
     WHERE i.id = NEW.invitation_id AND i.scorecard_id = NEW.scorecard_id
)
OR NEW.run_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM surveys_reminderrun r
     WHERE r.id = NEW.run_id AND r.scorecard_id = NEW.scorecard_id
)
"""
# It would tell who had not finished by then.
KEPT_ON_RECORD = """
NEW.run_id IS NOT NULL AND NEW.state IN ('sent', 'dropped') AND EXISTS (
    SELECT 1 FROM surveys_scorecard s
     WHERE s.id = NEW.scorecard_id AND s.anonymity = 'anonymous'
)
"""
MESSAGE = "a rating is off the scale"
# The moment of the statement, as Django stores moments.
NOW = {
    "postgresql": "clock_timestamp()",
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', 'now')",
}
# Of a scorecard `s`: somebody may have read its questions, or has answered them.
HAS_BEGUN = """
(s.opens_at <= {now}
 OR EXISTS (SELECT 1 FROM surveys_draft d WHERE d.scorecard_id = s.id AND NOT d.is_test)
 OR EXISTS (SELECT 1 FROM surveys_response r WHERE r.scorecard_id = s.id))
"""
# What was asked gives the answers their meaning: it stays as it was answered.
LOCKED = f"""
EXISTS (
    SELECT 1 FROM surveys_scorecard s
     WHERE s.instrument_id = {{instrument}} AND {HAS_BEGUN}
)
"""
ANOTHER_INSTRUMENT = f"""
NEW.instrument_id <> OLD.instrument_id
AND EXISTS (SELECT 1 FROM surveys_scorecard s WHERE s.id = OLD.id AND {HAS_BEGUN})
"""
# What respondents were promised when the survey opened.
LANGUAGE_TAKEN = {
    "sqlite": (
        "EXISTS (SELECT 1 FROM json_each(OLD.languages) o WHERE o.value NOT IN"
        " (SELECT n.value FROM json_each(NEW.languages) n))"
    ),
    "postgresql": "NOT (NEW.languages @> OLD.languages)",
}
OPENED_DIFFERENTLY = """
OLD.opens_at IS NOT NULL AND OLD.opens_at <= {now} AND (
    NEW.opens_at IS NULL OR NEW.opens_at <> OLD.opens_at
    OR NEW.anonymity <> OLD.anonymity
    OR NEW.smallest_group < OLD.smallest_group
    OR NEW.year <> OLD.year OR NEW.slug <> OLD.slug
    OR NEW.time_zone <> OLD.time_zone
    OR {language_taken}
)
"""
# Somebody has to be able to go on.
LAST_COORDINATOR = """
OLD.role = 'coordinator' AND {leaves} AND NOT EXISTS (
    SELECT 1 FROM surveys_member m
     WHERE m.scorecard_id = OLD.scorecard_id AND m.id <> OLD.id
       AND m.role = 'coordinator'
)
"""
NAME_TAKEN_AWAY = " AND ".join(
    f'(NEW."{column}" = OLD."{column}"'
    f' OR NEW."{column}" IS NULL AND OLD."{column}" IS NULL)'
    for column in (
        "id",
        "scorecard_id",
        "changed_by_id",
        "changed_at",
        "what",
        "field",
        "before",
        "after",
        "member_key",
    )
)


def change_is_append_only() -> list:
    """But for the name of a person, which can be taken away."""
    table = "surveys_change"
    others = [one for one in append_only(table) if one.event != "UPDATE"]
    return [
        *others,
        Refuse(
            f"{table}_only_blanked",
            table,
            "UPDATE",
            f"{table} is append-only",
            f"NOT (OLD.person <> '' AND NEW.person = '' AND {NAME_TAKEN_AWAY})",
        ),
    ]


def on_both(condition: str, **names: str) -> dict[str, str]:
    return {vendor: condition.format(now=now, **names) for vendor, now in NOW.items()}


def locked_stays(table: str, *events: str, key: str = "instrument_id") -> list:
    return [
        Refuse(
            f"{table}_locked_{event.lower()}",
            table,
            event,
            "the instrument is locked: its survey has opened",
            on_both(LOCKED, instrument=("NEW." if event == "INSERT" else "OLD.") + key),
        )
        for event in events
    ]


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]

    operations = [
        *append_only("surveys_response"),
        *append_only("surveys_answer"),
        *append_only("surveys_personallink"),
        *locked_stays("surveys_instrument", "UPDATE", "DELETE", key="id"),
        *locked_stays("surveys_goal", "INSERT", "UPDATE", "DELETE"),
        *locked_stays("surveys_indicator", "INSERT", "UPDATE", "DELETE"),
        *locked_stays("surveys_dimension", "INSERT", "UPDATE", "DELETE"),
        *locked_stays("surveys_section", "INSERT", "UPDATE", "DELETE"),
        *locked_stays("surveys_question", "INSERT", "UPDATE", "DELETE"),
        *change_is_append_only(),
        Refuse(
            "surveys_scorecard_opened",
            "surveys_scorecard",
            "UPDATE",
            "the survey has opened, and what it promised does not change",
            {
                vendor: OPENED_DIFFERENTLY.format(now=NOW[vendor], language_taken=sql)
                for vendor, sql in LANGUAGE_TAKEN.items()
            },
        ),
        Refuse(
            "surveys_member_last_coordinator_update",
            "surveys_member",
            "UPDATE",
            "a scorecard keeps a coordinator",
            LAST_COORDINATOR.format(
                leaves="(NEW.role <> 'coordinator'"
                " OR NEW.scorecard_id <> OLD.scorecard_id)"
            ),
        ),
        Refuse(
            "surveys_member_last_coordinator_delete",
            "surveys_member",
            "DELETE",
            "a scorecard keeps a coordinator",
            LAST_COORDINATOR.format(leaves="1 = 1"),
        ),
        *append_only("surveys_exclusion"),
        *append_only("surveys_readmission"),
        Refuse(
            "surveys_exclusion_out_of_turn",
            "surveys_exclusion",
            "INSERT",
            "this response cannot be excluded",
            NOT_TO_EXCLUDE,
        ),
        Refuse(
            "surveys_readmission_by_others",
            "surveys_readmission",
            "INSERT",
            "a coordinator of the scorecard undoes an exclusion",
            NOT_TO_READMIT,
        ),
        *append_only("surveys_tableintake"),
        Refuse(
            "surveys_papersheet_removed",
            "surveys_papersheet",
            "DELETE",
            "a sheet of paper stays",
        ),
        Refuse(
            "surveys_papersheet_taken",
            "surveys_papersheet",
            "UPDATE",
            "a sheet that was taken in stays as it is",
            """
            NEW.scorecard_id <> OLD.scorecard_id OR NOT EXISTS (
                SELECT 1 FROM surveys_paperentry e WHERE e.sheet_id = OLD.id
            )
            """,
        ),
        Refuse(
            "surveys_scorecard_another_instrument",
            "surveys_scorecard",
            "UPDATE",
            "the survey has opened with its instrument",
            on_both(ANOTHER_INSTRUMENT),
        ),
        Refuse(
            "surveys_response_names_an_invitee",
            "surveys_response",
            "INSERT",
            "nothing leads from an anonymous response to an invitation",
            NAMES_AN_INVITEE,
        ),
        Refuse(
            "surveys_ticket_given_again",
            "surveys_ticket",
            "INSERT",
            "whoever was written to and has no ticket has answered",
            ANSWERED_ALREADY,
        ),
        *(
            Refuse(
                f"surveys_draft_foreign_ticket_{event.lower()}",
                "surveys_draft",
                event,
                "the ticket is of another scorecard",
                FOREIGN_TICKET,
            )
            for event in ("INSERT", "UPDATE")
        ),
        Refuse(
            "surveys_invitationletter_foreign",
            "surveys_invitationletter",
            "INSERT",
            "the letter is of another scorecard",
            FOREIGN_LETTER,
        ),
        *(
            Refuse(
                f"surveys_invitationletter_on_record_{event.lower()}",
                "surveys_invitationletter",
                event,
                "a reminder leaves no record in an anonymous scorecard",
                KEPT_ON_RECORD,
            )
            for event in ("INSERT", "UPDATE")
        ),
        Refuse(
            "surveys_answer_off_the_scale",
            "surveys_answer",
            "INSERT",
            MESSAGE,
            OFF_THE_SCALE,
        ),
        Refuse(
            "surveys_answer_foreign_goal",
            "surveys_answer",
            "INSERT",
            "the goal is not of the instrument of this scorecard",
            FOREIGN_GOAL,
        ),
        Refuse(
            "surveys_draftanswer_off_the_scale_insert",
            "surveys_draftanswer",
            "INSERT",
            MESSAGE,
            OFF_THE_SCALE,
        ),
        Refuse(
            "surveys_draftanswer_off_the_scale_update",
            "surveys_draftanswer",
            "UPDATE",
            MESSAGE,
            OFF_THE_SCALE,
        ),
    ]
