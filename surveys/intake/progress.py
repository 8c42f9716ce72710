"""Where a respondent stands: the pages in their order, what is filled, what is missing.

One query, however many goals and answers there are: what is asked is known already.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import get_language, gettext

from surveys.intake.blueprints import TOKEN
from surveys.intake.outlines import Outline, outline_of
from surveys.intake.rows import Written, read_answers
from surveys.intake.values import has_content
from surveys.localized import text_in
from surveys.models import Draft, Question, Section
from surveys.ratings import SKIPPED


class Page(NamedTuple):
    """One page of the way. `filled` of `fields` are answered; a goal also has gaps.

    `url` holds TOKEN where the respondent's own belongs: all of it is the same for
    everybody who has come as far.
    """

    key: str
    name: str
    url: str
    title: str = ""
    fields: int = 0
    goal_number: int | None = None
    goal_id: int = 0
    section: Section | None = None
    filled: int = 0
    texts: int = 0
    # The numbers of the indicators left open.
    gaps: tuple[int, ...] = ()
    has_content: bool = False

    @property
    def is_started(self) -> bool:
        return self.has_content or self.filled > 0


@dataclass(frozen=True)
class Progress:
    """Everything the pages say about a draft, read once."""

    draft: Draft
    outline: Outline
    answers: Mapping[int, Written]
    way: Sequence[Page]

    @cached_property
    def pages(self) -> list[Page]:
        """The way's pages with what is filled on them."""
        return [_filled(self, page) for page in self.way]

    def filled_on(self, page: Page) -> int:
        """How many of a page's fields are answered; all that the way itself says."""
        if page.goal_number is None:
            return _answered_on(self, page) if page.fields else 0
        return page.fields - self.answers[page.goal_id].ratings.count(SKIPPED)

    @property
    def goal_pages(self) -> list[Page]:
        return [page for page in self.pages if page.goal_number is not None]

    @property
    def other_pages(self) -> list[Page]:
        """The cross-cutting sections and the profile."""
        return [
            page
            for page in self.pages
            if page.goal_number is None and page.key not in ("goals", "review")
        ]

    @property
    def missing(self) -> list[Question]:
        """The profile questions that are required and open."""
        profile = self.draft.profile
        return [q for q in self.outline.required if _is_open(profile, q)]

    @property
    def has_answers(self) -> bool:
        return any(page.has_content for page in self.goal_pages)

    @property
    def can_be_submitted(self) -> bool:
        return self.has_answers and not self.missing

    @property
    def first_open_url(self) -> str:
        """Where to go on: the first goal not begun, else with gaps, else the rest."""
        if not self.goal_pages:
            return self.pages[0].url
        for page in self.goal_pages:
            if not page.is_started:
                return page.url
        for page in self.goal_pages:
            if page.gaps:
                return page.url
        return _after(self.pages, self.goal_pages[-1].key).url


def _is_open(given: Mapping[str, Any], question: Question) -> bool:
    return given.get(question.code) in (None, "", [])


def progress_of(draft: Draft) -> Progress:
    """Read where a draft stands."""
    outline = outline_of(draft.instrument)
    return Progress(draft, outline, read_answers(draft), way_of(draft))


def way_of(draft: Draft) -> list[Page]:
    """The pages in this respondent's order, goals that were not chosen left out.

    What is filled on them is not counted yet.
    """
    answers = read_answers(draft)
    outline = outline_of(draft.instrument)
    first, goals, rest, last = _blank_pages(outline, get_language() or "")
    turn = turn_of(draft, len(goals))
    chosen = [
        page
        for page in goals[turn:] + goals[:turn]
        if (answer := answers.get(page.goal_id)) and answer.is_chosen
    ]
    return [first, *chosen, *rest, last]


def key_after(way: Sequence[Page], key: str) -> str:
    """The page that follows `key`; the review, should there be no such page."""
    return _after(way, key).key


def _after(way: Sequence[Page], key: str) -> Page:
    keys = [page.key for page in way]
    place = keys.index(key) + 1 if key in keys else len(keys)
    return way[min(place, len(keys) - 1)]


def turn_of(draft: Draft, goals: int) -> int:
    """How many of the goals come last that would come first by their numbers.

    Nobody fills in seventeen pages as patiently as the first, so that each goal has to
    be as often early as late. It follows from the link's hash, is the same on every
    visit, and is stored nowhere; answers are submitted in the order of the numbers.
    """
    return int(draft.token_hash[:8], 16) % goals if goals else 0


@lru_cache(maxsize=128)
def _blank_pages(
    outline: Outline, language: str
) -> tuple[Page, tuple[Page, ...], tuple[Page, ...], Page]:
    """Everybody's pages: the choice of goals, all goals, the other ones, the review."""
    goals = tuple(
        Page(
            key=f"goal-{goal.number}",
            name=str(goal),
            title=text_in(goal.title),
            url=reverse("intake_goal", args=[TOKEN, goal.number]),
            goal_number=goal.number,
            goal_id=goal.pk,
            fields=len(outline.indicators),
        )
        for goal in outline.goals
    )
    return (
        Page("goals", gettext("Goals"), reverse("intake_goals", args=[TOKEN])),
        goals,
        (*_section_pages(outline), *_profile_pages(outline)),
        Page(
            "review",
            gettext("Review and submit"),
            reverse("intake_review", args=[TOKEN]),
        ),
    )


def _section_pages(outline: Outline) -> list[Page]:
    return [
        Page(
            key=f"section-{section.code}",
            name=text_in(section.title),
            url=reverse("intake_section", args=[TOKEN, section.code]),
            section=section,
            fields=len(outline.questions_of(Question.Place.CROSS_CUTTING, section)),
        )
        for section in outline.sections
    ]


def _profile_pages(outline: Outline) -> list[Page]:
    questions = outline.questions_of(Question.Place.PROFILE)
    url = reverse("intake_profile", args=[TOKEN])
    page = Page("about-you", gettext("About you"), url, fields=len(questions))
    return [page] if questions else []


def _filled(progress: Progress, page: Page) -> Page:
    """The page with what is filled on it."""
    if page.goal_number is None:
        return page._replace(filled=progress.filled_on(page))
    answer = progress.answers[page.goal_id]
    gaps = _gaps(progress.outline.numbers, answer.ratings)
    return page._replace(
        filled=page.fields - len(gaps),
        texts=sum(map(bool, answer.texts.values())),
        gaps=gaps,
        has_content=has_content(answer),
    )


@lru_cache(maxsize=4096)
def _gaps(numbers: tuple[int, ...], ratings: str) -> tuple[int, ...]:
    rated = zip(numbers, ratings, strict=True)
    return tuple(number for number, code in rated if code == SKIPPED)


def _answered_on(progress: Progress, page: Page) -> int:
    """How many questions of a section, or about the respondent, are answered."""
    draft, outline = progress.draft, progress.outline
    if page.section is None:
        given, questions = draft.profile, outline.questions_of(Question.Place.PROFILE)
    else:
        given = draft.cross_cutting
        questions = outline.questions_of(Question.Place.CROSS_CUTTING, page.section)
    return sum(not _is_open(given, question) for question in questions) if given else 0


def forget_everything() -> None:
    """For tests, which take back what they wrote."""
    _blank_pages.cache_clear()
