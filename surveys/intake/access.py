"""What a link opens: the link is all that a respondent has."""

from django.core.validators import slug_re
from django.http import Http404

from surveys.intake.rows import read_scorecard
from surveys.intake.services import draft_by_token
from surveys.models import Draft, Scorecard


def slug_or_404(part: str) -> str:
    """A part of an address that may be a link of ours; Http404 if it cannot."""
    if not slug_re.match(part):
        raise Http404
    return part


def draft_or_404(token: str) -> Draft:
    """The draft that this link opens, with scorecard and instrument; else Http404."""
    draft = draft_by_token(slug_or_404(token))
    if draft is None:
        raise Http404
    return draft


def scorecard_or_404(open_link: str) -> Scorecard:
    """The scorecard that this link invites to answer; else Http404."""
    scorecard = read_scorecard(slug_or_404(open_link))
    if scorecard is None:
        raise Http404
    return scorecard
