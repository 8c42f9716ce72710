"""The colours of charts. None of them is ever the only sign."""

PAPER = "#fffdf8"
INK = "#211e19"
SOFT = "#575146"
RULE = "#ddd5c4"
SHADE = "#efe7d6"
PETROL = "#14464f"

GOALS = (
    "#e5243b",
    "#dda63a",
    "#4c9f38",
    "#c5192d",
    "#ff3a21",
    "#26bde2",
    "#fcc30b",
    "#a21942",
    "#fd6925",
    "#dd1367",
    "#fd9d24",
    "#bf8b2e",
    "#3f7e44",
    "#0a97d9",
    "#56c02b",
    "#00689d",
    "#19486a",
)
"""The seventeen goals, in order: accents only."""

_LIGHT = (240, 226, 188)
_DARK = (20, 70, 79)


def goal_accent(number: int) -> str:
    """The colour of goal `number` (1 to 17); the colour of text marks for others."""
    return GOALS[number - 1] if 1 <= number <= len(GOALS) else SOFT


def steps(count: int) -> list[str]:
    """`count` colours from light to dark: told apart by lightness alone."""
    span = max(count - 1, 1)
    return [
        "#"
        + "".join(
            f"{round(a + (b - a) * step / span):02x}"
            for a, b in zip(_LIGHT, _DARK, strict=True)
        )
        for step in range(count)
    ]


def ink_on(colour: str) -> str:
    """Ink or paper, whichever reads better on `colour` ("#rrggbb")."""
    return INK if luminance(colour) > 0.18 else PAPER


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb", 0 (black) to 1 (white).

    Source: WCAG 2.2, definition of relative luminance.
    """
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
