"""What a worker does for a job of kind "mail": send what waits for members.

How each letter is claimed, handed over and marked: `surveys.mailing.runner`.
"""

from datetime import datetime

from surveys.jobs.services import Progress, runs
from surveys.mailing.mail import Mail
from surveys.mailing.post import Post
from surveys.mailing.runner import send_letters
from surveys.models import Job, LetterState
from validation.mailing.letters import write_letter
from validation.mailing.services import JOB_KIND
from validation.models import MailDelivery, Reminder


@runs(JOB_KIND)
def send_waiting_letters(job: Job, progress: Progress) -> None:
    """Send every letter that waits on the job's scorecard."""
    send_letters(POST, job, progress)


def _write(delivery: MailDelivery) -> Mail | None:
    return write_letter(delivery)


def _note_reminder(delivery: MailDelivery, state: LetterState, now: datetime) -> None:
    is_reminder = delivery.kind == MailDelivery.Kind.REMINDER
    if state == LetterState.SENT and is_reminder and delivery.round:
        Reminder.objects.create(
            round=delivery.round, expert=delivery.member, sent_at=now
        )


POST = Post(
    model=MailDelivery,
    job_kind=JOB_KIND,
    write=_write,
    related=(
        "member__user",
        "member__scorecard__instrument",
        "member__mail_preference",
        "member__erasure",
        "round",
        "requested_by__user",
    ),
    when_done=_note_reminder,
)
