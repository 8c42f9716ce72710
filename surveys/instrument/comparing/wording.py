"""Which words of a text changed: the old and the new one, cut into pieces."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# Pairs of words that one page compares at most: a few seconds at the very worst.
MOST_PAIRS = 3_000_000
# Pairs of the same word in one text from which frequent words lead to nothing.
DENSE = 50_000
# A word is what stands between spaces, with the spaces before it; the last match may
# be spaces at the end.
WORD = re.compile(r"(\s*)(\S+)|(\s+)$")


@dataclass(frozen=True)
class Piece:
    """A stretch of a text, and whether the other text has something else there."""

    text: str
    is_changed: bool


Pieces = tuple[Piece, ...]
# (the spaces before it, the word)
Word = tuple[str, str]


@dataclass
class Pen:
    """Marks the words that changed, in one text after the other.

    `pairs_left`: how many pairs of words it may still compare. Where that is too few
    for a text, all is marked from the first word that differs to the last.
    """

    pairs_left: int = MOST_PAIRS

    def mark(self, before: str, now: str) -> tuple[Pieces, Pieces]:
        """Both texts in pieces, which joined are the texts again.

        >>> old, new = Pen().mark("Too little money", "Too much money")
        >>> [piece.text for piece in old if piece.is_changed]
        ['little']
        >>> [piece.text for piece in new]
        ['Too ', 'much', ' money']
        """
        old, new = _words(before), _words(now)
        kept = [
            (i, j)
            for i, j in self._matched([w for _, w in old], [w for _, w in new])
            # Other spaces are a change as well, save where a text only begins.
            if old[i][0] == new[j][0] or not (i and j)
        ]
        if before != now and len(kept) == len(old) == len(new):
            kept = []
        return _cut(old, {i for i, _ in kept}), _cut(new, {j for _, j in kept})

    def _matched(
        self, old: Sequence[str], new: Sequence[str]
    ) -> Iterator[tuple[int, int]]:
        """(place in old, place in new) of each word that both have, in their order."""
        most = min(len(old), len(new))
        start = _alike(zip(old, new, strict=False))
        end = min(_alike(zip(reversed(old), reversed(new), strict=False)), most - start)
        yield from ((i, i) for i in range(start))
        a, b = old[start : len(old) - end], new[start : len(new) - end]
        if len(a) * len(b) <= self.pairs_left:
            self.pairs_left -= len(a) * len(b)
            one, other = Counter(a), Counter(b)
            is_dense = sum(n * other[word] for word, n in one.items()) > DENSE
            matcher = SequenceMatcher(None, a, b, autojunk=is_dense)
            for block in matcher.get_matching_blocks():
                for step in range(block.size):
                    yield start + block.a + step, start + block.b + step
        for step in range(end, 0, -1):
            yield len(old) - step, len(new) - step


def _words(text: str) -> list[Word]:
    return [(space or last, word) for space, word, last in WORD.findall(text)]


def _alike(pairs: Iterable[tuple[str, str]]) -> int:
    """How many pairs are of one word each, until the first that is not."""
    n = 0
    for one, other in pairs:
        if one != other:
            break
        n += 1
    return n


def _cut(words: Sequence[Word], kept: set[int]) -> Pieces:
    """Neighbours of one sort in one piece; spaces beside a kept word are kept."""
    pieces: list[Piece] = []

    def add(text: str, is_changed: bool) -> None:
        if pieces and pieces[-1].is_changed == is_changed:
            text = pieces.pop().text + text
        if text:
            pieces.append(Piece(text, is_changed))

    for place, (space, word) in enumerate(words):
        is_changed = place not in kept
        is_inside = is_changed and (not place or place - 1 not in kept or not word)
        add(space, is_inside)
        add(word, is_changed)
    return tuple(pieces)
