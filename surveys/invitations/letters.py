"""What an invitation or a reminder says, in the invitee's language."""

from collections.abc import Mapping

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext

from surveys.intake.moments import moment_text
from surveys.invitations.links import make_link
from surveys.localized import text_in
from surveys.mailing.leaving import leave_token, who_leaves
from surveys.mailing.mail import Mail, absolute, written
from surveys.models import Anonymity, Invitation, InvitationLetter, Member, Scorecard

SALT = "no letters about a survey"


def language_of(invitation: Invitation) -> str:
    """The language of the person's letters: theirs, else the scorecard's first."""
    languages = invitation.scorecard.languages
    if invitation.language in languages:
        return invitation.language
    return str(languages[0]) if languages else settings.LANGUAGE_CODE


def write_letter(letter: InvitationLetter) -> Mail | None:
    """The letter as it reads now, with a link of its own; None where none is due.

    `letter` comes with invitation, its scorecard, and who asked for it.
    """
    invitation = letter.invitation
    if invitation.erased_at or invitation.opted_out_at:
        return None
    if not invitation.scorecard.is_open(timezone.now()):
        return None
    token = make_link(invitation)
    if token is None:
        return None
    return letter_text(
        invitation,
        is_reminder=letter.is_reminder,
        link=absolute("invited", token),
        leave_at=leave_at(invitation),
        by=_who_asks(letter),
    )


def _who_asks(letter: InvitationLetter) -> Member | None:
    """Of a reminder that was planned: whoever asked for the invitation."""
    if letter.requested_by or not letter.is_reminder:
        return letter.requested_by
    first = letter.invitation.letters.filter(run=None)
    asked = first.select_related("requested_by__user").first()
    return asked.requested_by if asked else None


def leave_at(invitation: Invitation) -> str:
    """Where its reader asks for no more letters about this survey."""
    return absolute("no_letters", leave_token(invitation.pk, SALT))


def who_asks_to_leave(token: str) -> Invitation | None:
    """Whose letter held this token."""
    key = who_leaves(token, SALT)
    if key is None:
        return None
    return Invitation.objects.select_related("scorecard").filter(pk=key).first()


def letter_text(
    invitation: Invitation,
    *,
    is_reminder: bool,
    link: str,
    leave_at: str,
    by: Member | None,
    language: str = "",
) -> Mail:
    """The words of a letter, by default in the invitee's language."""
    scorecard = invitation.scorecard
    with translation.override(language or language_of(invitation)):
        words = gettext("Reminder: %(survey)s") if is_reminder else "%(survey)s"
        body = render_to_string(
            f"mail/survey_{'reminder' if is_reminder else 'invitation'}.txt",
            {
                **_about(scorecard),
                "name": invitation.name,
                "by": by.name if by else "",
                "link": link,
                "leave_at": leave_at,
            },
        )
        return written(
            address=invitation.email,
            subject=words % {"survey": _title(scorecard)},
            body=body,
            reply_to=(by.user.email,) if by else (),
            leave_at=leave_at,
        )


def _title(scorecard: Scorecard) -> str:
    return f"{text_in(scorecard.instrument.title)}, {scorecard}"


def _about(scorecard: Scorecard) -> Mapping[str, object]:
    return {
        "scorecard": str(scorecard),
        "title": text_in(scorecard.instrument.title),
        "closes": moment_text(scorecard.closes_at, scorecard),
        "notice": text_in(scorecard.notice),
        "is_anonymous": scorecard.anonymity == Anonymity.ANONYMOUS,
    }
