"""What the next step still needs: a list of what is done and what is not, with links.

Each list costs the same few queries, however many goals, members or rounds there are.
Nothing here says what an expert's panel has proposed: experts are not shown it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from reports.home.next_steps import address_of
from reports.home.phases import Phase, Standing
from surveys.invitations.counts import counts_of
from surveys.invitations.lists import failed_letters
from surveys.members.access import STAFF
from surveys.models import Anonymity, Draft, Invitation, Member, Role, Scorecard
from surveys.setup.rules import missing_to_open
from validation.mailing.recipients import not_invited
from validation.models import Assignment, Proposal, RoundGoal

COORDINATOR = (Role.COORDINATOR,)


@dataclass(frozen=True)
class Item:
    """One thing that the next step needs (`is_needed`) or that is as well done first.

    `href` is "" where this member has no page to do it on.
    """

    words: str
    is_done: bool
    is_needed: bool = False
    href: str = ""


@dataclass(frozen=True)
class Checklist:
    """What the step is, and what it needs."""

    title: str
    items: tuple[Item, ...]

    @property
    def missing(self) -> int:
        return sum(not item.is_done for item in self.items)


def checklist_of(
    member: Member, standing: Standing, *, responses: int, now: datetime
) -> Checklist | None:
    """What is missing for the next step; None once everything was done."""
    lists = {
        Phase.PREPARED: (gettext("Before the survey opens"), _to_open),
        Phase.OPEN: (gettext("While the survey is open"), _while_open),
        Phase.CLOSED: (gettext("Before the experts are consulted"), _to_consult),
        Phase.CONSULTING: (gettext("Before the report is written"), _to_report),
        Phase.REPORTING: (gettext("Before the report is released"), _to_publish),
    }
    if standing.phase not in lists:
        return None
    title, items = lists[standing.phase]
    return Checklist(title, tuple(items(_Reader(member, standing, responses, now))))


@dataclass(frozen=True)
class _Reader:
    """For whom the list is made, and what is known already."""

    member: Member
    standing: Standing
    responses: int
    now: datetime

    @property
    def scorecard(self) -> Scorecard:
        return self.member.scorecard

    def link(self, name: str, roles: tuple[str, ...] = COORDINATOR) -> str:
        return address_of(name, self.member) if self.member.role in roles else ""

    def moment(self, at: datetime) -> str:
        return date_format(at.astimezone(self.scorecard.zone), "DATETIME_FORMAT")


# ------------------------------------------------------------------------- the survey


def _to_open(reader: _Reader) -> Iterator[Item]:
    scorecard, setup = reader.scorecard, reader.link("setup")
    wrong = missing_to_open(scorecard, reader.now)
    has_texts = not any(
        name.startswith("place_") or name == "languages" for name in wrong
    )
    yield Item(
        gettext("The place is written in every language"), has_texts, True, setup
    )
    yield Item(
        gettext("The questionnaire has goals and key areas"),
        "instrument" not in wrong,
        True,
        reader.link("instruments") or setup,
    )
    yield _tried(reader)
    yield Item(
        gettext("The survey closes in the future: %(moment)s")
        % {"moment": reader.moment(scorecard.closes_at)},
        "closes_at" not in wrong,
        True,
        setup,
    )
    yield Item(_promise(scorecard), True, True, setup)
    yield _reached(reader)
    yield _team(reader)
    has_targets = bool(scorecard.target_responses or scorecard.targets)
    words = gettext("The number of responses that are wanted is set")
    yield Item(words, has_targets, href=reader.link("targets"))


def _promise(scorecard: Scorecard) -> str:
    if scorecard.anonymity == Anonymity.ANONYMOUS:
        return gettext("Respondents are promised anonymity, for good once it opens")
    return gettext("Respondents are promised confidentiality, for good once it opens")


def _reached(reader: _Reader) -> Item:
    """Whether anybody could answer at all."""
    scorecard = reader.scorecard
    invited = Invitation.objects.filter(scorecard=scorecard, erased_at=None).exists()
    words = gettext("Somebody can answer: there is an open link, or people are invited")
    is_done = scorecard.has_open_link or invited
    return Item(words, is_done, href=reader.link("invitations", STAFF))


def _tried(reader: _Reader) -> Item:
    tried = Draft.objects.filter(scorecard=reader.scorecard, is_test=True).exists()
    words = gettext("Somebody has tried the questionnaire")
    return Item(words, tried, href=reader.link("instruments", STAFF))


def _team(reader: _Reader) -> Item:
    members = reader.scorecard.members.count()
    words = ngettext(
        "%(n)d person works on the scorecard",
        "%(n)d people work on the scorecard",
        members,
    )
    return Item(words % {"n": members}, members > 1, href=reader.link("panel", STAFF))


def _while_open(reader: _Reader) -> Iterator[Item]:
    wanted = reader.scorecard.target_responses
    words = ngettext("%(n)d response", "%(n)d responses", reader.responses)
    words %= {"n": reader.responses}
    if wanted:
        words = gettext("%(responses)s of %(wanted)d that are wanted") % {
            "responses": words,
            "wanted": wanted,
        }
    is_enough = reader.responses >= (wanted or reader.scorecard.smallest_group)
    yield Item(words, is_enough, href=reader.link("sample", STAFF))
    if not wanted:
        words = gettext("The number of responses that are wanted is set")
        yield Item(words, False, href=reader.link("targets"))
    yield from _invitees(reader)
    yield from _panels(reader)


def _invitees(reader: _Reader) -> Iterator[Item]:
    """Somebody can answer; who is asked by name has a letter, and it went out."""
    counts, scorecard = counts_of(reader.scorecard), reader.scorecard
    if not counts.on_the_list:
        if not scorecard.has_open_link:
            yield _reached(reader)
        return
    href = reader.link("invitations", STAFF)
    words = gettext("Everybody on the list of invitees was written to")
    if counts.new:
        words = ngettext(
            "%(n)d person on the list of invitees was not written to yet",
            "%(n)d people on the list of invitees were not written to yet",
            counts.new,
        ) % {"n": counts.new}
    yield Item(words, not counts.new, href=href)
    failed = failed_letters(scorecard).count()
    if failed:
        words = ngettext(
            "%(n)d letter to an invitee did not go out, or nobody knows",
            "%(n)d letters to invitees did not go out, or nobody knows",
            failed,
        ) % {"n": failed}
        yield Item(words, False, href=href)


# ------------------------------------------------------------------- the consultation


def _panels(reader: _Reader) -> Iterator[Item]:
    """Each goal has an expert, and everybody was invited."""
    covered = Assignment.objects.filter(
        goal=OuterRef("pk"), expert__scorecard=reader.scorecard
    )
    bare = reader.scorecard.instrument.goals.filter(~Exists(covered)).count()
    words = gettext("Every goal has an expert")
    if bare:
        words = ngettext(
            "%(n)d goal has no expert yet", "%(n)d goals have no expert yet", bare
        ) % {"n": bare}
    yield Item(words, not bare, href=reader.link("panel", STAFF))
    waiting = sum(one.pk != reader.member.pk for one in not_invited(reader.scorecard))
    words = gettext("Team and experts were asked by mail to take part")
    if waiting:
        words = ngettext(
            "%(n)d person of team and experts was not asked by mail to take part yet",
            "%(n)d people of team and experts were not asked by mail to take part yet",
            waiting,
        ) % {"n": waiting}
    yield Item(words, not waiting, href=reader.link("mail_invitations"))


def _to_consult(reader: _Reader) -> Iterator[Item]:
    standing, ends_at = reader.standing, reader.scorecard.ends_at
    if not standing.is_frozen:
        yield Item(
            gettext("No late answer can come in any more, from %(moment)s on")
            % {"moment": reader.moment(ends_at)},
            standing.has_ended,
            True,
        )
        yield Item(gettext("Somebody has answered"), not standing.is_silent, True)
    yield Item(
        gettext("The survey averages are frozen"),
        standing.is_frozen,
        True,
        reader.link("report", STAFF),
    )
    yield from _panels(reader)
    rounds = reader.scorecard.rounds.count()
    words = gettext("A round is prepared, with a rule for each goal")
    yield Item(words, rounds > 0, True, reader.link("rounds", STAFF))


def _to_report(reader: _Reader) -> Iterator[Item]:
    """Of the rounds that are open: estimates, and settlements of all."""
    rounds = reader.link("rounds", STAFF)
    if reader.standing.is_in_round:
        missing = _missing_estimates(reader.scorecard)
        words = gettext("Every expert has proposed on their open goals")
        if missing:
            words = ngettext(
                "%(n)d estimate of an expert is missing",
                "%(n)d estimates of experts are missing",
                missing,
            ) % {"n": missing}
        yield Item(words, not missing, href=rounds)
    unsettled = reader.standing.unsettled
    words = gettext("Every goal that was consulted on is settled")
    if unsettled:
        words = ngettext(
            "%(n)d goal is not settled yet",
            "%(n)d goals are not settled yet",
            unsettled,
        ) % {"n": unsettled}
    yield Item(words, not unsettled, href=rounds)
    is_open = reader.standing.is_in_round
    words = gettext("A round is still open") if is_open else gettext("No round is open")
    yield Item(words, not is_open, True, rounds)


def _missing_estimates(scorecard: Scorecard) -> int:
    """Open goals times the experts on their panels who have not proposed there."""
    proposed = Proposal.objects.filter(
        expert=OuterRef("expert"),
        round_goal__goal=OuterRef("goal"),
        round_goal__is_open=True,
    )
    open_goals = RoundGoal.objects.filter(scorecard=scorecard, is_open=True)
    return Assignment.objects.filter(
        ~Exists(proposed),
        expert__scorecard=scorecard,
        expert__user__is_active=True,
        goal__in=open_goals.values("goal"),
    ).count()


# ------------------------------------------------------------------------- the report


def _to_publish(reader: _Reader) -> Iterator[Item]:
    scorecard, report = reader.scorecard, reader.link("report", STAFF)
    texts = dict[int, list[dict[str, str]]]()
    for goal, text in scorecard.statements.values_list("goal", "text"):
        texts.setdefault(goal, []).append(text)
    bare = scorecard.instrument.goals.count() - len(texts)
    words = gettext("Every goal has statements")
    if bare:
        words = ngettext(
            "%(n)d goal has no statement yet", "%(n)d goals have no statement yet", bare
        ) % {"n": bare}
    yield Item(words, not bare, href=report)
    short = sum(
        not all(text.get(language) for language in scorecard.languages)
        for group in texts.values()
        for text in group
    )
    words = gettext("Every statement is written in every language")
    if short:
        words = ngettext(
            "%(n)d statement is not written in every language",
            "%(n)d statements are not written in every language",
            short,
        ) % {"n": short}
    yield Item(words, not short, href=report)
    words = gettext("The chapters are written")
    yield Item(words, scorecard.chapters.exists(), href=report)
    yield Item(
        gettext("An edition is released"), False, True, reader.link("editions", STAFF)
    )
