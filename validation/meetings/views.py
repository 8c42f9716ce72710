"""The meetings of a round: announced, changed until they start, recorded."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.members.access import EVERYBODY, request_membership
from surveys.members.pages import REFUSED
from surveys.models import Member, Role
from validation.access import (
    may_read_minutes,
    meeting_for,
    round_for,
    round_goals_for,
)
from validation.identities import names_of
from validation.meetings.access import contribution_for, contributions_for
from validation.meetings.calendar import calendar_file
from validation.meetings.forms import ContributionForm, MeetingForm, RecordForm
from validation.meetings.recording import recorded
from validation.meetings.said import said_by_goal
from validation.meetings.services import MeetingStarted, change_meeting
from validation.models import Meeting, Round
from validation.respond import page
from validation.rounds.services import (
    MinutesChanged,
    add_meeting,
    agenda_of,
    record_meeting,
)

RECORDERS = (Role.COORDINATOR, Role.RAPPORTEUR)


def meeting_new(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The coordinator or the rapporteur announces a meeting."""
    member = request_membership(request, slug, *RECORDERS)
    round_ = round_for(member, number)
    form = _bound(request, member, round_, {"agenda": list(round_.round_goals.all())})
    if form.is_valid():
        meeting = add_meeting(round_=round_, **form.cleaned_data)
        messages.success(request, _("The meeting was added."))
        return redirect("meeting", slug, number, meeting.number)
    return _meeting_form(request, member, round_, form)


def meeting_edit(
    request: HttpRequest, slug: str, number: int, meeting: int
) -> HttpResponse:
    """Another time, place or agenda, until the meeting starts."""
    member = request_membership(request, slug, *RECORDERS)
    round_ = round_for(member, number)
    found = meeting_for(member, round_, meeting)
    if request.method != "POST" and found.starts_at <= timezone.now():
        messages.info(request, _("A meeting that has started is no longer changed."))
        return redirect("meeting", slug, number, meeting)
    form = _bound(request, member, round_, MeetingForm.initial_of(found))
    if form.is_valid():
        try:
            change_meeting(meeting_id=found.pk, now=timezone.now(), **form.cleaned_data)
        except MeetingStarted:
            form.add_error(
                None, _("The meeting has started; it can no longer be changed.")
            )
        else:
            messages.success(request, _("The meeting was changed."))
            return redirect("meeting", slug, number, meeting)
    return _meeting_form(request, member, round_, form, found)


def _bound(
    request: HttpRequest, member: Member, round_: Round, initial: dict[str, Any]
) -> MeetingForm:
    """The form; moments that were typed are read in the scorecard's time."""
    typed = request.POST if request.method == "POST" else None
    form = MeetingForm(typed, round_=round_, initial=initial)
    with timezone.override(member.scorecard.zone):
        form.is_valid()
    return form


def _meeting_form(
    request: HttpRequest,
    member: Member,
    round_: Round,
    form: MeetingForm,
    meeting: Meeting | None = None,
) -> HttpResponse:
    return page(
        request,
        "meeting_form",
        member,
        REFUSED if form.is_bound else 200,
        form=form,
        round=round_,
        meeting=meeting,
    )


def meeting_ics(
    request: HttpRequest, slug: str, number: int, meeting: int
) -> HttpResponse:
    """The meeting as a calendar file, with the goals that this member knows of."""
    member = request_membership(request, slug, *EVERYBODY)
    round_ = round_for(member, number)
    found = meeting_for(member, round_, meeting)
    address = settings.SITE_URL + reverse("meeting", args=[slug, number, meeting])
    content = calendar_file(
        found, _agenda(member, found), page=address, now=timezone.now()
    )
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    name = f"{slug}-{number}-{meeting}.ics"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _agenda(member: Member, meeting: Meeting) -> Any:
    return agenda_of(meeting).filter(pk__in=round_goals_for(member).values("pk"))


def meeting_page(
    request: HttpRequest, slug: str, number: int, meeting: int
) -> HttpResponse:
    """One meeting; coordinator and rapporteur record it here."""
    roles = EVERYBODY if request.method != "POST" else RECORDERS
    member = request_membership(request, slug, *roles)
    round_ = round_for(member, number)
    found = meeting_for(member, round_, meeting)
    if request.method != "POST":
        return _meeting(request, member, round_, found)
    form = RecordForm(request.POST, meeting=found)
    theirs = ""
    if form.is_valid():
        try:
            record_meeting(meeting_id=found.pk, **form.cleaned_data)
        except MinutesChanged as refusal:
            theirs = refusal.minutes
            _say_changed(request, form, theirs)
        else:
            messages.success(request, _("The minutes were saved."))
            return redirect("meeting", slug, number, meeting)
    return _meeting(request, member, round_, found, form=form, theirs=theirs)


def _say_changed(request: HttpRequest, form: RecordForm, theirs: str) -> None:
    form.add_error(
        "minutes",
        _(
            "Somebody else saved these minutes while you wrote. What they saved "
            "stands below; put the two together and save again."
        ),
    )
    # The next attempt is based on what was shown now.
    typed = request.POST.copy()
    typed["based_on"] = theirs
    form.data = typed


def contribution_add(
    request: HttpRequest, slug: str, number: int, meeting: int
) -> HttpResponse:
    """The rapporteur records what somebody said on a goal, or corrects it."""
    member = request_membership(request, slug, *RECORDERS)
    round_ = round_for(member, number)
    found = meeting_for(member, round_, meeting)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = ContributionForm(
        request.POST, meeting=found, names=_speakers(member, names_of(member.scorecard))
    )
    if form.is_valid() and recorded(member, found, form):
        messages.success(request, _("The contribution is on record."))
        return redirect(
            reverse("meeting", args=[slug, number, meeting]) + "#contributions"
        )
    return _meeting(request, member, round_, found, contribution=form)


def _meeting(
    request: HttpRequest,
    member: Member,
    round_: Round,
    meeting: Meeting,
    *,
    form: RecordForm | None = None,
    theirs: str = "",
    contribution: ContributionForm | None = None,
) -> HttpResponse:
    names = names_of(member.scorecard)
    said = contributions_for(member).filter(meeting=meeting)
    status = REFUSED if form or contribution else 200
    form = form or RecordForm(meeting=meeting, initial=_recorded_so_far(meeting))
    return page(
        request,
        "meeting",
        member,
        status,
        round=round_,
        meeting=meeting,
        agenda=_agenda(member, meeting),
        attended=meeting.attended_by.all(),
        may_read=may_read_minutes(member, meeting),
        has_started=meeting.starts_at <= timezone.now(),
        form=form,
        theirs=theirs,
        contribution=contribution or _empty(request, member, meeting, names),
        goals_said=said_by_goal(said),
        names=names,
    )


def _recorded_so_far(meeting: Meeting) -> dict[str, Any]:
    return {
        "attended_by": meeting.attended_by.all(),
        "minutes": meeting.minutes,
        "based_on": meeting.minutes,
    }


def _empty(
    request: HttpRequest, member: Member, meeting: Meeting, names: Mapping[int, str]
) -> ContributionForm | None:
    """The form to fill in; with `?correct=12`, filled with what is to be corrected."""
    if member.role not in RECORDERS or meeting.round.opened_at is None:
        return None
    asked = request.GET.get("correct", "")
    initial = None
    if asked.isascii() and asked.isdigit() and len(asked) < 18:
        found = contribution_for(member, meeting, int(asked))
        initial = ContributionForm.initial_of(found)
    speakers = _speakers(member, names)
    return ContributionForm(meeting=meeting, names=speakers, initial=initial)


def _speakers(member: Member, names: Mapping[int, str]) -> dict[int, str]:
    """For whoever records: who it is, and under which name they appear."""
    people = Member.objects.filter(scorecard=member.scorecard_id)
    return {
        pk: name if names.get(pk) == name else f"{name} ({names.get(pk, '')})"
        for pk, name in people.values_list("pk", "name")
    }
