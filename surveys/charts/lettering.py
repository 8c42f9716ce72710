"""How wide words set in Source Serif 4 become, and how they break into lines."""

FAMILY = "'Source Serif 4', 'Source Serif Pro', Georgia, serif"

_WIDTHS = {
    0.2: " '",
    0.25: "‘’",
    0.3: "!,.:;ijl|іїј·",
    0.35: "()-/[\\]t{}",
    0.4: '"IJ`fІЇЈ',
    0.45: "*?rsгзѕғ“”",
    0.5: "$0123456789czсэє«»₸",
    0.55: "#+<=>S^_aegkovxy~ЅЗабвеотухьяѐёўәөұү–×−",
    0.6: "FLPZbdpquГРдклрчқҒқ",
    0.65: "BCETXYhnЀЁЄБВЕСТХЬЭЯийнпцъҰҮһҺ",
    0.7: "AGKRVАДКЛУЪӘҚ→",
    0.75: "&DNOQUОФЧмфыӨ",
    0.8: "HwИЙНПЦжюҢң",
    0.85: "@—…",
    0.9: "%шщ",
    0.95: "MmЖМЫ",
    1.0: "WЮ",
    1.05: "ШЩ№",
}
_WIDTH = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_OTHER = 0.75


def width(text: str, size: float) -> float:
    """The width of `text` at `size`, in the unit of the size; never too small."""
    return size * sum(_WIDTH.get(letter, _OTHER) for letter in text)


def shorten(text: str, room: float, size: float) -> str:
    """`text`, or as much of it as fits into `room` with "…" after it."""
    if width(text, size) <= room:
        return text
    kept = text
    while kept and width(kept + "…", size) > room:
        kept = kept[:-1]
    return kept.rstrip(" ,;:-–") + "…"


def wrap(text: str, room: float, size: float, lines: int = 2) -> list[str]:
    """`text` on at most `lines` lines of width `room`; the last ends in "…" if cut."""
    broken: list[str] = []
    words = text.split()
    while words and len(broken) < lines - 1:
        line = words.pop(0)
        while words and width(f"{line} {words[0]}", size) <= room:
            line = f"{line} {words.pop(0)}"
        if width(line, size) > room:
            return [*broken, shorten(" ".join([line, *words]), room, size)]
        broken.append(line)
    if words:
        broken.append(shorten(" ".join(words), room, size))
    return broken or [""]
