"""Meetings before they start, and what was said in them."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction

from surveys.models import Member, Role
from surveys.visible import is_blank
from validation.models import Contribution, Meeting, Round, RoundGoal
from validation.rounds.services import check_joining_link, set_agenda


class MeetingStarted(Exception):
    """A meeting is changed before it starts; afterwards it is recorded."""


class RoundNotOpened(Exception):
    """What is said is recorded on goals of a round that has opened."""


class InvalidContribution(Exception):
    """`field` and `reason` name what does not fit."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


class AlreadyCorrected(Exception):
    """Somebody corrected this contribution; `by` is what stands now."""

    def __init__(self, by: Contribution | None) -> None:
        super().__init__(str(by))
        self.by = by


@transaction.atomic
def change_meeting(
    *,
    meeting_id: int,
    starts_at: datetime,
    minutes_long: int,
    place: str,
    agenda: Iterable[RoundGoal],
    joining_link: str = "",
    now: datetime,
) -> Meeting:
    """Another time, place or agenda. Raises MeetingStarted or InvalidJoiningLink."""
    check_joining_link(joining_link)
    meeting = Meeting.objects.select_for_update(of=("self",), no_key=True).get(
        pk=meeting_id
    )
    if meeting.starts_at <= now:
        raise MeetingStarted
    meeting.starts_at, meeting.minutes_long = starts_at, minutes_long
    meeting.place, meeting.joining_link = place, joining_link
    meeting.save()
    set_agenda(meeting, agenda)
    return meeting


@transaction.atomic
def add_contribution(
    *,
    meeting_id: int,
    round_goal_id: int,
    section: str,
    text: str,
    by: Member,
    speaker: Member | None = None,
    corrects: Contribution | None = None,
    now: datetime,
) -> Contribution:
    """One thing said in a meeting on a goal; without a speaker by "a participant".

    `corrects` is what this puts right; it stays on record. Recording the same once more
    (a form sent twice) adds nothing. Raises RoundNotOpened, AlreadyCorrected, or
    InvalidContribution naming the field.
    """
    meeting = Meeting.objects.select_related("round").get(pk=meeting_id)
    round_goal = RoundGoal.objects.select_for_update(of=("self",), no_key=True).get(
        pk=round_goal_id
    )
    if meeting.round.opened_at is None:
        raise RoundNotOpened
    _check(meeting.round, round_goal, section, text, by, speaker)
    if corrects and corrects.meeting_id != meeting.pk:
        raise InvalidContribution("corrects", "said in another meeting")
    said = {
        "round_goal": round_goal,
        "section": section,
        "speaker": speaker,
        "text": text.strip(),
        "corrects": corrects,
    }
    same = meeting.contributions.filter(corrected_by=None, **said).first()
    if same:
        return same
    try:
        with transaction.atomic():
            contribution = Contribution.objects.create(
                meeting=meeting, recorded_by=by, recorded_at=now, **said
            )
    except IntegrityError as error:
        stands = Contribution.objects.filter(corrects=corrects).first()
        raise AlreadyCorrected(stands) from error
    round_goal.touch()
    return contribution


def _check(
    round_: Round,
    round_goal: RoundGoal,
    section: str,
    text: str,
    by: Member,
    speaker: Member | None,
) -> None:
    if round_goal.round_id != round_.pk:
        raise InvalidContribution("goal", "not a goal of this round")
    if section not in Contribution.Section.values:
        raise InvalidContribution("section", "unknown")
    if is_blank(text) or "\x00" in text:
        raise InvalidContribution("text", "says nothing, or holds a null character")
    if by.scorecard_id != round_.scorecard_id or by.role not in (
        Role.COORDINATOR,
        Role.RAPPORTEUR,
    ):
        raise InvalidContribution("by", "coordinators and rapporteurs record")
    if speaker and (
        speaker.scorecard_id != round_.scorecard_id or speaker.role != Role.EXPERT
    ):
        raise InvalidContribution("speaker", "not an expert of this scorecard")
