"""What kind of file an uploaded one really is: its first bytes, held against its name.

Every form that takes a file asks here first, so that a damaged file, or another kind of
file under this name, is told the same wherever it is sent.
"""

ZIP = b"PK\x03\x04"
# Of .xls, and of any workbook that is locked by a password.
OLD = b"\xd0\xcf\x11\xe0"
WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xls", ".ods")
# Documents and pictures that nobody means as a table or as a text.
OTHERS = (
    b"%PDF-",
    b"\x89PNG\r",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b\x08",
    b"{\\rtf",
)

TOO_LARGE = "too_large"
EMPTY = "empty"
OLD_WORKBOOK = "old_workbook"
BROKEN_WORKBOOK = "broken_workbook"
NO_TEXT = "no_text"


def what_is_wrong(content: bytes, name: str = "", *, most_bytes: int) -> str:
    """One of the reasons above, or "" for a file that may be read.

    `name`: under which it was sent; "" where nobody knows.

    >>> what_is_wrong(b"%PDF-1.7 and so on", "list.xlsx", most_bytes=100)
    'broken_workbook'
    """
    if len(content) > most_bytes:
        return TOO_LARGE
    if not content.strip():
        return EMPTY
    if content.startswith(OLD):
        return OLD_WORKBOOK
    if is_archive(content):
        return ""
    if name.lower().endswith(WORKBOOKS):
        return BROKEN_WORKBOOK
    return NO_TEXT if content.startswith(OTHERS) else ""


def is_archive(content: bytes) -> bool:
    """Whether it begins as every XLSX workbook does."""
    return content.startswith(ZIP[:2])
