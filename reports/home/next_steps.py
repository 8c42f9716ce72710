"""What comes next, for this role, in this phase."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, pgettext

from reports.home.phases import Phase, Standing
from surveys.models import Member, Role


@dataclass(frozen=True)
class Action:
    """A link, or a button that posts; the first of several is the main one."""

    label: str
    href: str
    is_post: bool = False


@dataclass(frozen=True)
class NextStep:
    title: str
    words: str
    actions: tuple[Action, ...] = ()
    shows_open_link: bool = False


def phase_name(standing: Standing) -> str:
    """What the phase is called, to everybody alike."""
    if standing.phase == Phase.CONSULTING and not standing.is_in_round:
        return ngettext(
            "consulting, %(n)d goal not settled yet",
            "consulting, %(n)d goals not settled yet",
            standing.unsettled,
        ) % {"n": standing.unsettled}
    names = {
        Phase.PREPARED: pgettext("phase", "prepared"),
        Phase.OPEN: pgettext("phase", "open"),
        Phase.CLOSED: pgettext("phase", "closed"),
        Phase.CONSULTING: pgettext("phase", "consulting"),
        Phase.REPORTING: pgettext("phase", "reporting"),
        Phase.PUBLISHED: pgettext("phase", "published"),
    }
    return names[standing.phase]


def next_step(
    member: Member,
    standing: Standing,
    waiting: int = 0,
    goals: Sequence[Action] = (),
) -> NextStep:
    """What this member can do next.

    `waiting`: how many goals wait for their proposal. `goals` lead to those, for an
    expert, or to goals that are to be settled, for the coordinator.
    """
    if member.role == Role.EXPERT:
        return _for_expert(member, standing, waiting, goals)
    is_consulted = standing.phase == Phase.CONSULTING and not standing.is_in_round
    if is_consulted and member.role == Role.COORDINATOR:
        return _consulted(member, standing, goals)
    if member.role == Role.OBSERVER:
        return _for_observer(member, standing)
    if member.role == Role.RAPPORTEUR:
        return _for_rapporteur(member, standing)
    return _FOR_COORDINATOR[standing.phase](member, standing)


def address_of(name: str, member: Member) -> str:
    """The address of a page of this scorecard."""
    return reverse(name, args=[member.scorecard.slug])


def _action(label: str, name: str, member: Member, *, is_post: bool = False) -> Action:
    return Action(label, address_of(name, member), is_post)


def _edition_action(member: Member) -> Action:
    return _action(gettext("Read the released report"), "latest_edition", member)


def _report_action(member: Member) -> Action:
    return _action(gettext("Read the draft of the report"), "report", member)


def _panel_action(member: Member) -> Action:
    return _action(gettext("Who is on the panels"), "panel", member)


# ---------------------------------------------------------------- those who work on it


def _for_expert(
    member: Member, standing: Standing, waiting: int, goals: Sequence[Action]
) -> NextStep:
    if waiting:
        title = ngettext(
            "%(n)d goal waits for your proposal",
            "%(n)d goals wait for your proposal",
            waiting,
        ) % {"n": waiting}
        words = gettext(
            "Say whether its survey average stands or should change, and why."
        )
        return NextStep(title, words, tuple(goals[:1]))
    if standing.phase == Phase.PUBLISHED:
        return NextStep(
            gettext("The report has been released"),
            gettext("It says what was settled on your goals, and how."),
            (_edition_action(member),),
        )
    return NextStep(
        gettext("Nothing to do at the moment"),
        gettext("You will be asked when a round opens on one of your goals."),
    )


def _for_observer(member: Member, standing: Standing) -> NextStep:
    actions = [_report_action(member)]
    if standing.edition:
        actions.insert(0, _edition_action(member))
    actions.append(_panel_action(member))
    return NextStep(
        gettext("You can read everything here"),
        gettext("The draft of the report follows the data as they stand."),
        tuple(actions),
    )


def _for_rapporteur(member: Member, standing: Standing) -> NextStep:
    if standing.is_in_round:
        return NextStep(
            gettext("Record what is said in the meetings"),
            gettext(
                "Each meeting of the round has a place for attendance and minutes."
            ),
            (
                _action(gettext("Rounds and meetings"), "rounds", member),
                _panel_action(member),
            ),
        )
    return NextStep(
        gettext("Write the statements of the report"),
        gettext("Every statement is linked to the answers it rests on."),
        (_report_action(member), _panel_action(member)),
    )


def _prepared(member: Member, standing: Standing) -> NextStep:
    opens_at = member.scorecard.opens_at
    words = gettext("It opens when you open it.")
    if opens_at:
        words = gettext("It opens by itself on %(moment)s (%(zone)s).") % {
            "moment": date_format(
                opens_at.astimezone(member.scorecard.zone), "DATETIME_FORMAT"
            ),
            "zone": member.scorecard.time_zone,
        }
    return NextStep(
        gettext("The survey has not opened yet"),
        words,
        (
            _action(gettext("Set up"), "setup", member),
            _invite_action(member),
            _action(gettext("Open the survey now"), "survey_open", member),
        ),
        shows_open_link=member.scorecard.has_open_link,
    )


def _invite_action(member: Member) -> Action:
    return _action(gettext("Invite people by name"), "invitations", member)


def _open(member: Member, standing: Standing) -> NextStep:
    if member.scorecard.has_open_link:
        title = gettext("Share the link to the survey")
        words = gettext(
            "Whoever has it can answer, without an account, on a phone as well, and "
            "come back later."
        )
    else:
        title = gettext("Invite those who are to answer")
        words = gettext(
            "Only those who are invited by name can answer, each with a link of their "
            "own."
        )
    close = _action(gettext("Close the survey early"), "survey_close", member)
    return NextStep(
        title,
        words,
        (_invite_action(member), close),
        shows_open_link=member.scorecard.has_open_link,
    )


def _closed(member: Member, standing: Standing) -> NextStep:
    if standing.is_frozen:
        return _frozen(member, standing)
    if not standing.has_ended:
        return NextStep(
            gettext("The survey is closed, and late answers may still come in"),
            gettext(
                "Whoever had begun may submit until the grace is over. Then the "
                "figures can be frozen."
            ),
            (_report_action(member),),
        )
    if standing.is_silent:
        return NextStep(
            gettext("The survey closed without an answer"),
            gettext("There is nothing to freeze and nothing to consult on."),
        )
    return NextStep(
        gettext("Freeze the survey averages"),
        gettext(
            "The consultation starts from them. Once frozen they no longer move, and "
            "no further answer is taken."
        ),
        (
            _action(
                gettext("Freeze the averages"), "baseline_freeze", member, is_post=True
            ),
            _report_action(member),
        ),
    )


def _frozen(member: Member, standing: Standing) -> NextStep:
    return NextStep(
        gettext("Consult the experts"),
        gettext(
            "Put the panel of each goal together, then prepare a round: its goals, and "
            "for each the rule it will be settled by."
        ),
        (
            _action(gettext("Rounds"), "rounds", member),
            _panel_action(member),
        ),
    )


def _consulting(member: Member, standing: Standing) -> NextStep:
    return NextStep(
        gettext("Hold the meetings and settle the goals"),
        gettext(
            "Each goal is settled by the rule chosen before the round opened. Then the "
            "round can be closed."
        ),
        (_action(gettext("Rounds and meetings"), "rounds", member),),
    )


def _consulted(member: Member, standing: Standing, goals: Sequence[Action]) -> NextStep:
    title = ngettext(
        "%(n)d goal was consulted on and is not settled",
        "%(n)d goals were consulted on and are not settled",
        standing.unsettled,
    ) % {"n": standing.unsettled}
    words = gettext(
        "Its round is closed; it can still be settled by its rule. A goal that is left "
        "as it is keeps its survey average in the report."
    )
    release = _action(gettext("Release an edition"), "editions", member)
    return NextStep(title, words, (*goals, _report_action(member), release))


def _reporting(member: Member, standing: Standing) -> NextStep:
    return NextStep(
        gettext("Write and release the report"),
        gettext(
            "Its figures are there. Write the statements, link them to their sources, "
            "and release the report as an edition."
        ),
        (
            _report_action(member),
            _action(gettext("Release an edition"), "editions", member),
        ),
    )


def _published(member: Member, standing: Standing) -> NextStep:
    return NextStep(
        gettext("The report has been released"),
        gettext(
            "An edition never changes. If something has to be added or corrected, "
            "release the next one."
        ),
        (
            _edition_action(member),
            _action(gettext("All editions"), "editions", member),
            _action(gettext("Copy for another year"), "scorecard_copy", member),
        ),
    )


_FOR_COORDINATOR = {
    Phase.PREPARED: _prepared,
    Phase.OPEN: _open,
    Phase.CLOSED: _closed,
    Phase.CONSULTING: _consulting,
    Phase.REPORTING: _reporting,
    Phase.PUBLISHED: _published,
}
