"""The responses of a scorecard as rows of cells, a thousand at a time.

They come in the order of their random keys, which says nothing about when they were
submitted. What is stored and fits no column is left empty and named; no odd record
stops the others. A response that is submitted while the file is written may be in it or
not: the file says how many it holds.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from surveys.exports.coding import Cell
from surveys.exports.fields import Field, Odd
from surveys.exports.layout import Asked, GoalBlock, Layout
from surveys.exports.protection import Protection
from surveys.exports.remarks import Remarks
from surveys.models import Answer, Exclusion, Scorecard

AT_ONCE = 1000
HEAD = (
    "pk",
    "submitted_on",
    "language",
    "origin",
    "minutes",
    "profile",
    "cross_cutting",
)
Row = list[Cell]
# goal -> (ratings, texts)
Answers = Mapping[int, tuple[str, Any]]


@dataclass
class Rows:
    """Iterate once; then `n` and `excluded` say how many rows there were.

    `told` is called with the number of rows so far after each piece.
    """

    scorecard: Scorecard
    layout: Layout
    protection: Protection
    remarks: Remarks
    told: Callable[[int], None]
    n: int = 0
    excluded: int = 0
    names: Sequence[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Row]:
        self.names = [column.name for column in self.layout.columns]
        last: UUID | None = None
        while piece := self._piece(last):
            first, last = piece[0]["pk"], piece[-1]["pk"]
            answers = self._answers(first, last)
            excluded = self._excluded(first, last)
            for response in piece:
                key = response["pk"]
                response["excluded_reason"] = excluded.get(key)
                yield self._row(response, answers.get(key, {}))
            self.told(self.n)

    def _piece(self, last: UUID | None) -> list[dict[str, Any]]:
        responses = self.protection.of(self.scorecard).order_by("pk")
        if last is not None:
            responses = responses.filter(pk__gt=last)
        return list(responses.values(*HEAD)[:AT_ONCE])

    def _answers(self, first: UUID, last: UUID) -> dict[UUID, dict[int, Any]]:
        found: dict[UUID, dict[int, Any]] = defaultdict(dict)
        rows = Answer.objects.filter(
            response_id__gte=first,
            response_id__lte=last,
            response__scorecard=self.scorecard,
        ).values_list("response_id", "goal_id", "ratings", "texts")
        for response, goal, ratings, texts in rows.iterator():
            found[response][goal] = ratings, texts
        return found

    def _excluded(self, first: UUID, last: UUID) -> dict[UUID, str]:
        """Why, of each response that is excluded."""
        rows = Exclusion.objects.standing().filter(
            scorecard=self.scorecard, response_id__gte=first, response_id__lte=last
        )
        return dict(rows.values_list("response_id", "reason"))

    def _row(self, response: dict[str, Any], answers: Answers) -> Row:
        key = str(response["pk"])
        is_excluded = response["excluded_reason"] is not None
        self.n += 1
        self.excluded += is_excluded
        own = {**response, "id": key, "is_excluded": int(is_excluded)}
        row: Row = []
        self._add(row, key, self.layout.head, own)
        self._add(row, key, self.layout.profile, response["profile"])
        self._add(row, key, self.layout.cross_cutting, response["cross_cutting"])
        for block in self.layout.goals:
            self._add_goal(row, key, block, answers.get(block.goal_id))
        return row

    def _add(self, row: Row, key: str, asked: Sequence[Asked], given: Any) -> None:
        if not isinstance(given, dict):
            if given is not None:
                self._remark(row, key, gettext("not a set of answers; left empty"))
            given = {}
        for code, one in asked:
            row.extend(self._cells(row, key, one, given.get(code)))

    def _cells(self, row: Row, key: str, one: Field, value: Any) -> Sequence[Cell]:
        try:
            return one.cells(value)
        except Odd as odd:
            self._remark(row, key, str(odd))
            return (None,) * len(one.columns)

    def _add_goal(
        self, row: Row, key: str, block: GoalBlock, answer: tuple[str, Any] | None
    ) -> None:
        ratings, texts = answer or (None, None)
        cells: Row = [None] * len(block.ratings)
        if ratings is not None:
            try:
                cells = [block.codes[code] for code in ratings]
            except KeyError:
                cells = []
            if len(cells) != len(block.ratings):
                cells = [None] * len(block.ratings)
                words = gettext("%(ratings)s are not ratings of this goal; left empty")
                self._remark(row, key, words % {"ratings": ratings[:60]})
        row.extend(cells)
        self._add(row, key, block.questions, texts)

    def _remark(self, row: Row, key: str, words: str) -> None:
        """About the column that comes next in the row."""
        names = self.names
        name = names[len(row)] if len(row) < len(names) else ""
        self.remarks.add(key, name, words)
