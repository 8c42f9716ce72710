"""What all readers of one board have in common, read once for many.

After a change every open board asks for it at the same moment. A look is a few seconds
old at most, and never older than the change that the page was told of.

Who may see what is asked of validation.access and of RoundGoal.showing_panel_to for
each person. Only a yes is kept. It holds as long as the person's role and place on the
panel and the round's opening are what they were: what an expert proposed stays, and a
goal that was revealed or is no longer open is never hidden again.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.utils.translation import get_language

from surveys.models import Member, Scorecard, User
from validation.access import round_goal_for
from validation.board.kept import Shelf
from validation.board.pulse import Version, version_of
from validation.board.voices import Company, Panel, company_of, is_shown, panel_of
from validation.models import RoundGoal


class NotShown(Exception):
    """The panel is hidden from this person, so far."""


@dataclass(frozen=True)
class Look:
    """A goal in a round as it was a moment ago. `members` by their user's key."""

    scorecard: Scorecard
    round_goal: RoundGoal
    members: Mapping[int, Member]
    company: Company

    @property
    def version(self) -> Version:
        is_settled = hasattr(self.round_goal, "settlement")
        return version_of(self.round_goal, is_settled=is_settled, is_shown=True)

    def member(self, user: User | AnonymousUser) -> Member:
        """The user's membership; Http404 if they may not open this board."""
        member = self.members.get(user.pk) if user.is_authenticated else None
        if member is None:
            raise Http404
        one = self.round_goal
        self._granted(
            "open",
            member,
            lambda: round_goal_for(member, one.round.number, one.goal.number),
        )
        return member

    def panel_for(self, member: Member) -> Panel | None:
        """The panel, or None where it is not shown to the member."""

        def ask() -> None:
            if not is_shown(member, self.round_goal):
                raise NotShown

        try:
            self._granted("see the panel", member, ask)
        except NotShown:
            return None
        return panel_of(member, self.round_goal, self.company)

    def _granted(self, what: str, member: Member, ask: Callable[[], object]) -> None:
        """Raises what `ask` raises, each time until it raises nothing."""
        round_ = self.round_goal.round
        what_it_rests_on: Hashable = (
            what,
            # Random, hence of this scorecard in this database and of no other.
            self.scorecard.open_link,
            self.round_goal.pk,
            (round_.opened_at, round_.is_blind),
            (member.pk, member.role),
            any(expert == member.pk for expert, *_ in self.company.assignments),
        )
        granted.get(what_it_rests_on, lambda: bool(ask()))


looks: Shelf[Look] = Shelf(room=200, seconds=2)
granted: Shelf[bool] = Shelf(room=5000, seconds=600)


def look_at(slug: str, number: int, goal: int, told: Version | None) -> Look:
    """The board of this goal in this round of this scorecard, or Http404.

    `told`: the version that the pulse spoke of; without one everything is read anew.
    """
    return looks.get(
        # Names are written in the reader's language.
        (slug, number, goal, get_language()),
        lambda: _read(slug, number, goal),
        still_serves=lambda look: bool(told and told.is_known_to(look.version)),
    )


def _read(slug: str, number: int, goal: int) -> Look:
    """Six queries."""
    round_goal = (
        RoundGoal.objects.select_related("round", "goal", "settlement")
        .filter(scorecard__slug=slug, round__number=number, goal__number=goal)
        .first()
    )
    if round_goal is None:
        raise Http404
    # After the goal: what is read together with it is at least as new.
    scorecard = Scorecard.objects.select_related("instrument").get(slug=slug)
    members = {}
    for member in Member.objects.filter(scorecard=scorecard).order_by():
        member.scorecard = scorecard
        members[member.user_id] = member
    return Look(
        scorecard=scorecard,
        round_goal=round_goal,
        members=members,
        company=company_of(scorecard, round_goal),
    )
