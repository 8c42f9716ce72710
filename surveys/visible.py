"""Whether anybody can see a text: spaces and signs without a shape are no words."""

import unicodedata

# Of no shape although Unicode counts them among letters and symbols: fillers of
# Korean syllables, the empty cell of Braille, a note without a head.
FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\U0001d159")


def is_blank(text: str) -> bool:
    """Whether nothing of the text can be seen, as of one with no sign in it.

    Separators, controls, formatting signs and what is not assigned have no shape;
    marks have none without a letter that they stand on.

    >>> is_blank("\\u200b \\u2060"), is_blank("\\u3164"), is_blank("ә"), is_blank("?")
    (True, True, False, False)
    """
    return all(
        sign in FILLERS or unicodedata.category(sign)[0] in "ZCM" for sign in text
    )
