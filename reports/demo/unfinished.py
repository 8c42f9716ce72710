"""What a survey also gets: responses that were not meant, and drafts left behind."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import cycle

from surveys.intake import services as intake
from surveys.intake.submitting import submit_response
from surveys.models import Draft, Exclusion, Goal, Member, Response, Scorecard
from surveys.ratings import decode
from surveys.sample.exclusions import exclude_response
from surveys.tallies import fold_tallies

# Goals rated before somebody stopped, and how many did.
STOPPED_AFTER = {0: 5, 3: 7, 9: 5, 14: 6}
# Ratings, goal after goal in turn; goals rated; minutes taken.
CARELESS = (
    (("3333333333",), 17, 2),
    (("2222222222",), 12, 31),
    (("1234512345", "5432154321"), 15, 3),
    (("5555555555",), 17, 1),
)
WHY = "One score for all 170 key areas, in a minute: nobody can have read them."


def answer_carelessly(
    scorecard: Scorecard, goals: Mapping[int, Goal], now: datetime
) -> list[Response]:
    """One score throughout, or a few minutes for everything, or both."""
    found = []
    for place, (patterns, rated, minutes) in enumerate(CARELESS):
        end = now - timedelta(days=3 + place)
        begun = end - timedelta(minutes=minutes)
        draft, token = intake.start_draft(scorecard=scorecard, language="ru", now=begun)
        chosen = list(goals.values())[:rated]
        for goal, codes in zip(chosen, cycle(patterns), strict=False):
            _rate(draft, goal, codes, begun)
        profile = {"sector": "ngo", "gender": "woman"}
        intake.save_profile(draft=draft, profile=profile, now=begun)
        receipt = f"demo-{scorecard.slug}-{token}"
        found.append(submit_response(draft=draft, receipt=receipt, now=end))
    # They are flagged while they are counted.
    fold_tallies(scorecard)
    return found


def exclude_careless(response: Response, by: Member, now: datetime) -> None:
    """The coordinator looked at one of them and says why it does not count."""
    exclude_response(
        response_id=response.pk,
        cause=Exclusion.Cause.STRAIGHT,
        reason=WHY,
        by=by,
        now=now,
    )


def leave_drafts(
    scorecard: Scorecard, goals: Mapping[int, Goal], now: datetime
) -> None:
    """People who began, rated some goals, and have not come back since."""
    codes = "3" + "-" * (scorecard.instrument.indicators.count() - 1)
    for rated, people in STOPPED_AFTER.items():
        for place in range(people):
            moment = now - timedelta(days=2 + place)
            draft, _ = intake.start_draft(
                scorecard=scorecard, language="en", now=moment
            )
            for goal in list(goals.values())[:rated]:
                _rate(draft, goal, codes, moment)


def _rate(draft: Draft, goal: Goal, codes: str, now: datetime) -> None:
    intake.save_goal_answer(
        draft=draft,
        goal=goal,
        ratings=dict(enumerate(decode(codes), start=1)),
        texts={},
        now=now,
    )
