"""A contribution from a form to the record; what stands in the way, at its field."""

from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.models import Member
from validation.meetings.forms import ContributionForm
from validation.meetings.services import (
    AlreadyCorrected,
    InvalidContribution,
    RoundNotOpened,
    add_contribution,
)
from validation.models import Meeting


def recorded(member: Member, meeting: Meeting, form: ContributionForm) -> bool:
    """Whether it is on record now; otherwise the form says why not."""
    typed = form.cleaned_data
    try:
        add_contribution(
            meeting_id=meeting.pk,
            round_goal_id=typed["goal"].pk,
            section=typed["section"],
            text=typed["text"],
            speaker=typed["speaker"],
            corrects=typed["corrects"],
            by=member,
            now=timezone.now(),
        )
    except RoundNotOpened:
        form.add_error(None, _("The round has not opened: nothing is recorded yet."))
    except AlreadyCorrected as refusal:
        stands = refusal.by.text if refusal.by else ""
        form.add_error(
            "text",
            _("Somebody corrected this meanwhile. What stands now: “%(text)s”")
            % {"text": stands},
        )
    except InvalidContribution as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, _("This was not accepted. Check it, please."))
    else:
        return True
    return False
