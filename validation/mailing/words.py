"""Letters and what becomes of them, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from validation.models import MailDelivery

KIND_NAMES: dict[str, Promise] = {
    MailDelivery.Kind.INVITATION: _("Invitation"),
    MailDelivery.Kind.ROUND_OPENED: _("A round opened"),
    MailDelivery.Kind.REMINDER: _("Reminder"),
    MailDelivery.Kind.SETTLED: _("Goals settled"),
}
