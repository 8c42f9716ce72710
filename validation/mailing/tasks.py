"""A door for the queue: the database says what there is to tell."""

from celery import shared_task
from django.utils import timezone

from validation.mailing import events


@shared_task
def write_letters_due() -> None:
    """Write the letters that are due, each once."""
    events.write_letters_due(timezone.now())
