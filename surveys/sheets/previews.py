"""The page on which a table is looked through: what it shows, and its confirmation."""

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from surveys.models import Member
from surveys.sheets.checked import Checked
from surveys.sheets.forms import ConfirmForm
from surveys.sheets.keeping import Kept, kept_for

ROWS_ON_A_PAGE = 200


def kept_or_told(request: HttpRequest, purpose: str, member: Member) -> Kept | None:
    """The table that waits for this member; where none does, they are told so."""
    kept = kept_for(purpose, member)
    if kept is None:
        messages.info(
            request, _("No table is waiting here: a table is kept for a day.")
        )
    return kept


def is_confirmed(request: HttpRequest, kept: Kept) -> bool:
    """Whether what was sent confirms this table; if not, they are told so."""
    form = ConfirmForm(request.POST)
    if form.is_valid() and form.names(kept.checksum):
        return True
    messages.error(
        request,
        _(
            "Another table was sent meanwhile. This is the newer one: nothing was "
            "added yet."
        ),
    )
    return False


def rows_shown(request: HttpRequest, checked: Checked) -> Page:
    """The page of rows that was asked for, those with problems first."""
    paginator = Paginator(checked.problems_first(), ROWS_ON_A_PAGE)
    return paginator.get_page(request.GET.get("page"))
