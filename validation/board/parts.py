"""Parts of a board that a page can take over one by one, and who they are made for.

Each part has an id and a state. A page tells the states it has, and gets only the parts
that differ; the others come as empty stubs. A part that reads the same for many is made
once and kept; what is each reader's own is put in when it is sent.
"""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from surveys.models import Member, Role
from validation.board.forms import CommentForm, SupportForm, WithdrawalForm
from validation.board.kept import Shelf
from validation.models import RoundGoal

# What stands in kept parts for what is a reader's own. Nothing that somebody typed
# looks like these: what is typed is escaped.
CSRF = mark_safe("<csrf-token-of-the-reader>")
FOR_ONE_EXPERT = re.compile(r"<for-expert-(\d+)>(.*?)</for-expert>", re.DOTALL)
PART = '<div data-part class="{}" id="{}" data-state="{}">{}</div>'
STUB = '<div data-part data-stub id="{}" data-state="{}"></div>'
pieces: Shelf[str] = Shelf(room=4000, seconds=600)


@dataclass(frozen=True)
class Refused:
    """A support, withdrawal or comment that was not taken: shown again at its place.

    `about`: the primary key of the proposal, None for a comment on the goal.
    """

    form: SupportForm | WithdrawalForm | CommentForm
    act: str
    about: int | None


@dataclass(frozen=True)
class Part:
    """A piece of the page, and the state that it is in."""

    state: str
    html: SafeString


@dataclass(frozen=True)
class Reader:
    """Who reads, where, and which states of parts their page has already."""

    member: Member
    round_goal: RoundGoal
    has: Collection[str] = ()
    csrf_token: str = ""
    refused: Refused | None = None
    is_on_screen: bool = False

    @property
    def is_expert(self) -> bool:
        return self.member.role == Role.EXPERT

    @property
    def place(self) -> tuple[int, int, bool]:
        """Round, goal, and whether it still takes what people say."""
        one = self.round_goal
        return one.round.number, one.goal.number, one.is_open

    @property
    def may_comment(self) -> bool:
        return self.round_goal.is_open and self.member.role != Role.OBSERVER

    def part(
        self,
        name: str,
        template: str,
        made_of: tuple,
        context: Callable[[], dict[str, Any]] = dict,
    ) -> Part:
        """The part, or its stub. `made_of` holds everything that the template shows
        of `context`, which is asked for only if it must be rendered."""
        scorecard = self.member.scorecard
        state = state_of(
            name, template, get_language(), scorecard.open_link, *self.place, made_of
        )
        if state in self.has:
            return self.stub(name, state)
        html = pieces.get(state, lambda: self._render(template, context()))
        return self.part_of(name, template, state, html)

    def stub(self, name: str, state: str) -> Part:
        """For a page that has this part in this state."""
        return Part(state, format_html(STUB, name, state))

    def part_of(self, name: str, template: str, state: str, html: str) -> Part:
        """`html` must come from a template."""
        look = f"board-{template.replace('_', '-')}"
        return Part(
            state, format_html(PART, look, name, state, mark_safe(self._own(html)))
        )

    def _own(self, html: str) -> str:
        """With what is this reader's, and without what is somebody else's."""
        mine = str(self.member.pk)
        return FOR_ONE_EXPERT.sub(
            lambda found: found[2] if found[1] == mine else "",
            html.replace(CSRF, self.csrf_token),
        )

    def refused_part(self, name: str, template: str, context: dict[str, Any]) -> Part:
        """With what was typed and not taken: for this reader, this once."""
        html = self._render(template, {**context, "refused": self.refused})
        return self.part_of(name, template, "refused", html)

    def _render(self, template: str, context: dict[str, Any]) -> str:
        context |= {
            "scorecard": self.member.scorecard,
            "instrument": self.member.scorecard.instrument,
            "round": self.round_goal.round,
            "round_goal": self.round_goal,
            "CSRF": CSRF,
        }
        with timezone.override(self.member.scorecard.zone):
            return render_to_string(f"validation/board/{template}.html", context)


def state_of(*made_of: Any) -> str:
    """Eight characters that stand for all of this: a header holds many of them."""
    digest = hashlib.blake2b(repr(made_of).encode(), digest_size=6).digest()
    return urlsafe_b64encode(digest).decode()
