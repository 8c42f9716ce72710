"""Sentences made of pieces, so that a page can link what a file only prints."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

NumberLink = Callable[[int], str]


@dataclass(frozen=True)
class Piece:
    """Some words, where they lead (or ""), and what follows without leading there."""

    text: str
    href: str = ""
    after: str = ""


@dataclass(frozen=True)
class Sentence:
    """One or more sentences in pieces; `text` is all of them in a row."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The words without the links."""
        return "".join(piece.text + piece.after for piece in self.pieces)


def no_link(number: int) -> str:
    """For a file without links."""
    return ""


def sentence(words: str, items: Iterable[Piece] = ()) -> Sentence:
    """`words` with the items, joined as a list, where it says "{items}".

    >>> sentence("Above: {items}.", [Piece("1"), Piece("2"), Piece("5")]).text
    'Above: 1, 2 and 5.'
    """
    before, found, after = words.partition("{items}")
    listed = joined(items) if found else []
    pieces = [Piece(before), *listed, Piece(after)]
    return Sentence(tuple(piece for piece in pieces if piece.text))


def joined(items: Iterable[Piece]) -> list[Piece]:
    """The items with commas, and "and" before the last."""
    every = list(items)
    pieces: list[Piece] = []
    for place, item in enumerate(every):
        if place:
            is_last = place == len(every) - 1
            pieces.append(Piece(gettext(" and ") if is_last else ", "))
        pieces.append(item)
    return pieces
