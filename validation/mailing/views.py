"""Mail of a scorecard: inviting, reminding, and what became of each letter."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HTMX_STOP_POLLING

from surveys.mailing.forms import letters_named
from surveys.mailing.services import NotToBeTriedAgain
from surveys.mailing.standing import standing_of
from surveys.mailing.words import (
    STATE_NAMES,
    are_sent_again,
    wait_to_be_sent,
    what_went_wrong,
)
from surveys.members.access import request_membership
from surveys.members.pages import REFUSED
from surveys.models import LetterState, Member, Role
from validation.access import round_for
from validation.mailing.forms import InvitationForm
from validation.mailing.letters import (
    language_of,
    token_against_reminders,
    write_letter,
)
from validation.mailing.recipients import not_invited, to_be_reminded
from validation.mailing.services import (
    JOB_KIND,
    RoundNotOpen,
    invite,
    remind,
    reminded_by,
    stop_reminders,
    try_again,
)
from validation.mailing.words import KIND_NAMES
from validation.models import MailDelivery, Round
from validation.respond import page

LETTERS_ON_A_PAGE = 50
State = LetterState


# ----------------------------------------------------------------- what became of each


@never_cache
@require_http_methods(["GET", "HEAD"])
def mail(request: HttpRequest, slug: str) -> HttpResponse:
    """Every letter and what became of it; only that for htmx, while some wait."""
    return _mail(request, request_membership(request, slug, Role.COORDINATOR))


def _mail(request: HttpRequest, member: Member, problem: str = "") -> HttpResponse:
    content = _letters(member, request.GET.get("page", "1"))
    if not request.htmx:  # type: ignore[attr-defined]
        status = REFUSED if problem else 200
        return page(request, "panel_mail", member, status, problem=problem, **content)
    if request.GET.get("seen") == content["standing"].seen:
        # Nothing to swap in, and nothing for a screen reader to say once more.
        return HttpResponse(status=204)
    status = 200 if content["standing"].is_under_way else HTMX_STOP_POLLING
    return page(request, "panel_mail_state", member, status, **content)


def _letters(member: Member, number: str) -> dict[str, Any]:
    now = timezone.now()
    letters = MailDelivery.objects.filter(scorecard=member.scorecard_id)
    shown = Paginator(
        letters.select_related("member__user", "round"), LETTERS_ON_A_PAGE
    ).get_page(number)
    return {
        "letters": shown,
        "lines": [_line(letter, now) for letter in shown],
        "standing": standing_of(letters, member.scorecard, JOB_KIND, now),
    }


def _line(letter: MailDelivery, now: datetime) -> dict[str, Any]:
    state = letter.state_at(now)
    return {
        "letter": letter,
        "kind": KIND_NAMES[letter.kind],
        "state": state.value,
        "state_name": STATE_NAMES[state],
        "error": what_went_wrong(letter, now),
        "has_failed": state in (State.FAILED, State.UNKNOWN),
        "is_put_off": letter.try_again_at is not None,
    }


@require_POST
def mail_again(request: HttpRequest, slug: str) -> HttpResponse:
    """Send once more: all that failed, or the one letter that is named."""
    member = request_membership(request, slug, Role.COORDINATOR)
    try:
        count = try_again(
            scorecard=member.scorecard,
            deliveries=letters_named(request.POST),
            now=timezone.now(),
        )
    except NotToBeTriedAgain:
        return _mail(request, member, _("This letter is not one to send again."))
    messages.success(request, are_sent_again(count))
    return redirect("mail", slug)


# ------------------------------------------------------------------ inviting, reminding


@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: HttpRequest, slug: str) -> HttpResponse:
    """The coordinator chooses who is invited now, and reads what they will read."""
    member = request_membership(request, slug, Role.COORDINATOR)
    people = [one for one in not_invited(member.scorecard) if one != member]
    form = InvitationForm(
        request.POST if request.method == "POST" else None,
        people=people,
        initial={"people": [person.pk for person in people]},
    )
    if form.is_valid():
        count = invite(
            scorecard=member.scorecard,
            members=form.chosen(),
            by=member,
            now=timezone.now(),
        )
        messages.success(request, wait_to_be_sent(count))
        return redirect("mail", slug)
    return page(
        request,
        "panel_invitations",
        member,
        REFUSED if form.is_bound else 200,
        form=form,
        people=people,
        example=_example(member, people[0], MailDelivery.Kind.INVITATION)
        if people
        else None,
    )


def _example(
    by: Member, person: Member, kind: str, round_: Round | None = None
) -> dict[str, Any]:
    """What this person would read."""
    person.scorecard = by.scorecard
    letter = write_letter(
        MailDelivery(
            scorecard=by.scorecard,
            member=person,
            kind=kind,
            round=round_,
            requested_by=by,
            requested_at=timezone.now(),
        )
    )
    body = letter.body if letter else ""
    return {
        "person": person,
        "subject": letter.subject if letter else "",
        # The link against reminders is theirs alone.
        "body": body.replace(token_against_reminders(person), "…"),
        "language": language_of(person),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Whose estimates are missing in a round; the coordinator reminds them."""
    member = request_membership(request, slug, Role.COORDINATOR)
    round_ = round_for(member, number)
    problem = ""
    if request.method == "POST":
        try:
            count = remind(round_=round_, by=member, now=timezone.now())
        except RoundNotOpen:
            problem = _("Reminders are of a round that is open.")
        else:
            messages.success(request, wait_to_be_sent(count))
            return redirect("mail", slug)
    people = to_be_reminded(round_, timezone.now())
    reminded = [person for person in people if person.gets_one]
    return page(
        request,
        "panel_reminders",
        member,
        REFUSED if problem else 200,
        problem=problem,
        round=round_,
        reminded=reminded,
        left_out=[person for person in people if not person.gets_one],
        example=_example(member, reminded[0].expert, MailDelivery.Kind.REMINDER, round_)
        if reminded
        else None,
    )


# --------------------------------------------------------------- a link in a reminder


# The button of a mail program sends no token against forged requests; the link is one.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reminders_off(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever holds the link of a reminder gets no more of them."""
    is_off = request.method == "POST"
    member = (
        stop_reminders(token=token, now=timezone.now())
        if is_off
        else reminded_by(token)
    )
    if member is None:
        raise Http404
    context = {"scorecard": member.scorecard, "is_off": is_off}
    return render(request, "mail/reminders_off.html", context)
