"""A door for the queue: the database says what is due."""

from celery import shared_task
from django.utils import timezone

from surveys.invitations.due import do_what_is_due


@shared_task
def write_reminders_due() -> None:
    """Write the reminders that are due, each once, and wake whoever sends them."""
    do_what_is_due(timezone.now())
