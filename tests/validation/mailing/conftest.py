"""A mail server with moods, and a worker; letters to members by first name."""

from tests.mail_server import server, work
from validation.models import MailDelivery

__all__ = ["server", "states", "work"]


def states() -> dict[str, str]:
    """{first name: state} of the only letter of each."""
    rows = MailDelivery.objects.values_list("member__name", "state")
    return dict(rows)
