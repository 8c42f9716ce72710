"""Texts of people in the cells of a table that a spreadsheet opens.

Pure. A spreadsheet takes a cell that begins with one of STARTS for a formula and runs
it; an apostrophe before it makes it a text, and is taken off when the table comes back.
"""

STARTS = ("=", "+", "-", "@", "\t", "\r", "'")


def in_a_cell(text: str) -> str:
    """The text as it may stand in a CSV cell: never a formula.

    >>> in_a_cell("=1+1")
    "'=1+1"
    """
    return f"'{text}" if text.startswith(STARTS) else text


def out_of_a_cell(text: str) -> str:
    """What `in_a_cell` was given.

    >>> out_of_a_cell("'=1+1"), out_of_a_cell("'tis")
    ('=1+1', "'tis")
    """
    is_guarded = text[:1] == "'" and text[1:].startswith(STARTS)
    return text[1:] if is_guarded else text
