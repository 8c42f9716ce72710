"""Which characters the print fonts can show, and what stands in for the others.

A PDF that claims to be accessible may not contain a character without a picture of
it, and typst refuses to make one. Such a character is printed as its number,
"[U+4E2D]", so that nobody takes the text for complete without it.
"""

import struct
import unicodedata
from functools import cache
from pathlib import Path

from django.conf import settings

# Marks that are obeyed and have no picture: joiners, direction, variation.
INVISIBLE = frozenset(
    [0xAD, 0x61C, *range(0x200C, 0x2010), *range(0x202A, 0x202F)]
    + [*range(0x2061, 0x2065), *range(0x2066, 0x206A), *range(0xFE00, 0xFE10)]
    + [*range(0xE0100, 0xE01F0)]
)
# Hints where a line may break; in a PDF they would stick to the letter before them,
# wherever else that letter stands.
BREAKS = frozenset("\u200b\u2060\ufeff")
EMOJI = "NotoEmoji-Regular.ttf"
SPACES = frozenset("\t\v\f\r\x85\u2028\u2029\u3000")


def font_folders() -> list[Path]:
    """Where the print fonts are; nothing else is used, so that files come out alike."""
    vendor = settings.BASE_DIR / "static" / "vendor"
    return [vendor / "source-serif-4" / "print", vendor / "noto" / "print"]


def printable(text: str) -> str:
    """The text with everything in it that can be shown, and numbers for the rest."""
    composed = unicodedata.normalize("NFC", text)
    if composed.isascii() and composed.isprintable():
        return composed
    return "".join(_shown(letter) for letter in composed)


def drawable(svg: str) -> str:
    """A drawing with every letter in it that typst draws from an SVG.

    It takes no joiners and variations there, and no pictures: an emoji is its number.
    The words stand beside the drawing as they are.
    """
    composed = unicodedata.normalize("NFC", svg)
    if composed.isascii():
        return composed
    return "".join(_drawn(letter) for letter in composed)


def _drawn(letter: str) -> str:
    if ord(letter) in INVISIBLE:
        return ""
    if ord(letter) in _pictures() and ord(letter) not in _letters():
        return f"[U+{ord(letter):04X}]"
    return _shown(letter)


def _shown(letter: str) -> str:
    if letter in SPACES:
        return " "
    if letter == "\n":
        return letter
    if unicodedata.category(letter) == "Cc" or letter in BREAKS:
        return ""
    if ord(letter) in INVISIBLE or ord(letter) in _covered():
        return letter
    return f"[U+{ord(letter):04X}]"


@cache
def _covered() -> frozenset[int]:
    """Codes that every cut of the text face shows, or one of the other faces."""
    return _letters() | _pictures()


@cache
def _letters() -> frozenset[int]:
    """Codes that every cut of the text face shows, or a face of another alphabet."""
    text_face, others = font_folders()
    cuts = [codes_in(path) for path in sorted(text_face.glob("*.ttf"))]
    known = set.intersection(*cuts)
    for path in sorted(others.glob("*.ttf")):
        if path.name != EMOJI:
            known |= codes_in(path)
    return frozenset(known)


@cache
def _pictures() -> frozenset[int]:
    return frozenset(codes_in(font_folders()[1] / EMOJI))


def codes_in(font: Path) -> set[int]:
    """The character codes a TrueType font maps to glyphs (its `cmap` table).

    Source: OpenType specification 1.9, "cmap", formats 4 and 12.
    """
    whole = font.read_bytes()
    (tables,) = struct.unpack_from(">H", whole, 4)
    records = [
        struct.unpack_from(">4sLLL", whole, 12 + 16 * place) for place in range(tables)
    ]
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    (subtables,) = struct.unpack_from(">H", whole, cmap + 2)
    codes: set[int] = set()
    for place in range(subtables):
        (offset,) = struct.unpack_from(">L", whole, cmap + 4 + 8 * place + 4)
        (kind,) = struct.unpack_from(">H", whole, cmap + offset)
        if kind == 4:
            codes |= _segments(whole, cmap + offset)
        elif kind == 12:
            codes |= _groups(whole, cmap + offset)
    return codes


def _segments(whole: bytes, at: int) -> set[int]:
    (twice,) = struct.unpack_from(">H", whole, at + 6)
    ends = struct.unpack_from(f">{twice // 2}H", whole, at + 14)
    starts = struct.unpack_from(f">{twice // 2}H", whole, at + 16 + twice)
    return {
        code
        for first, last in zip(starts, ends, strict=True)
        for code in range(first, last + 1)
        if code != 0xFFFF
    }


def _groups(whole: bytes, at: int) -> set[int]:
    (groups,) = struct.unpack_from(">L", whole, at + 12)
    codes: set[int] = set()
    for place in range(groups):
        first, last, _ = struct.unpack_from(">LLL", whole, at + 16 + 12 * place)
        codes.update(range(first, last + 1))
    return codes
