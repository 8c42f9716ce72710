"""A respondent's draft, by the token in its link. The link is all they have."""

from django.core.validators import slug_re
from django.http import Http404

from surveys.intake.services import draft_by_token
from surveys.models import Draft


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
