"""What a worker does with letters to invitees; how each is sent: `surveys.mailing`."""

from datetime import datetime

from django.db.models import F
from django.utils import timezone

from surveys.invitations.letters import write_letter
from surveys.invitations.services import JOB_KIND
from surveys.jobs.services import Progress, runs
from surveys.mailing.post import Post
from surveys.mailing.runner import send_letters
from surveys.models import (
    Anonymity,
    InvitationLetter,
    Job,
    LetterState,
    ReminderRun,
    Ticket,
)


@runs(JOB_KIND)
def send_waiting_letters(job: Job, progress: Progress) -> None:
    """Send every letter that waits on the job's scorecard, while people can answer."""
    if job.scorecard.is_open(timezone.now()):
        send_letters(POST, job, progress)


def _without_words(letter: InvitationLetter) -> LetterState:
    """An invitation whose link was used has arrived, whatever the server said."""
    is_used_up = not Ticket.objects.filter(pk=letter.invitation_id).exists()
    if is_used_up and not letter.is_reminder:
        return LetterState.SENT
    return LetterState.DROPPED


def _keeps(letter: InvitationLetter, state: LetterState) -> bool:
    """Where all is anonymous, not who got a reminder and who needed none."""
    is_settled = state in (LetterState.SENT, LetterState.DROPPED)
    is_anonymous = letter.invitation.scorecard.anonymity == Anonymity.ANONYMOUS
    return not (letter.is_reminder and is_settled and is_anonymous)


def _count(letter: InvitationLetter, state: LetterState, now: datetime) -> None:
    if letter.run_id is not None and state == LetterState.SENT:
        ReminderRun.objects.filter(pk=letter.run_id).update(sent=F("sent") + 1)


POST = Post(
    model=InvitationLetter,
    job_kind=JOB_KIND,
    write=write_letter,
    related=("invitation__scorecard__instrument", "requested_by__user"),
    without_words=_without_words,
    when_done=_count,
    keeps=_keeps,
)
