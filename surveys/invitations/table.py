"""A table of people to invite: its columns, and what is wrong with its rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import get_language_info, gettext

from surveys.invitations.people import Person, address_of, known_addresses
from surveys.models import Scorecard
from surveys.sheets.checked import Checked, CheckedRow
from surveys.sheets.reading import Row, Table, read_rows, table_of
from surveys.visible import is_blank

COLUMNS = ("name", "email", "language", "sector")
NEEDED = ("name", "email")
LONGEST = {"name": 200, "email": 254, "language": 60, "sector": 100}
# What people write over their columns, in lower case.
HEADINGS = {
    "name": "name",
    "full name": "name",
    "имя": "name",
    "фио": "name",
    "аты": "name",
    "аты-жөні": "name",
    "mail": "email",
    "e-mail": "email",
    "email": "email",
    "e-mail address": "email",
    "email address": "email",
    "почта": "email",
    "эл. почта": "email",
    "электронная почта": "email",
    "адрес": "email",
    "пошта": "email",
    "электрондық пошта": "email",
    "language": "language",
    "language of their letters": "language",
    "язык": "language",
    "язык писем": "language",
    "тіл": "language",
    "тілі": "language",
    "хаттардың тілі": "language",
    "sector": "sector",
    "сектор": "sector",
    "сала": "sector",
    "саласы": "sector",
}


@dataclass
class CheckedPerson(CheckedRow):
    """`is_known`: on the list already."""

    person: Person


def code_of(heading: str) -> str | None:
    """The column that a heading names; None for any other."""
    return HEADINGS.get(" ".join(heading.split()).rstrip(":*").casefold())


def read_people(content: bytes) -> Table:
    """The table in a file. Raises surveys.sheets.reading.Unreadable."""
    sheet = read_rows(content, knows=lambda heading: code_of(heading) is not None)
    return table_of(
        sheet,
        code_of=code_of,
        missing=lambda found: [code for code in NEEDED if code not in found],
    )


def check_people(scorecard: Scorecard, table: Table) -> Checked[CheckedPerson]:
    """Every row of a table, with what is wrong with it. One query."""
    languages = language_names(scorecard)
    rows = [_checked(row, languages) for row in table.rows]
    _find_twice(rows)
    addresses = [one.person.email for one in rows if not one.problems]
    known = known_addresses(scorecard, addresses, replaced_too=True)
    for one in rows:
        one.is_known = one.person.email in known
    return Checked(rows)


def language_names(scorecard: Scorecard) -> dict[str, str]:
    """{what a language of the scorecard is called, in lower case: its code}."""
    names: dict[str, str] = {}
    own = dict(settings.LANGUAGES)
    for code in scorecard.languages:
        names |= {code: code, own.get(code, code).casefold(): code}
        try:
            info = get_language_info(code)
        except KeyError:
            continue
        names |= {str(info[name]).casefold(): code for name in ("name", "name_local")}
    return names


def _checked(row: Row, languages: Mapping[str, str]) -> CheckedPerson:
    cells = {code: " ".join(row.cells.get(code, "").split()) for code in COLUMNS}
    problems = dict(_too_much(cells))
    if not cells["name"]:
        problems["name"] = gettext("This is empty.")
    email = address_of(cells["email"])
    if not email:
        problems["email"] = gettext("This is empty.")
    elif "email" not in problems and not is_address(email):
        words = gettext("This is no e-mail address: “%(cell)s”")
        problems["email"] = words % {"cell": cells["email"]}
    language = languages.get(cells["language"].casefold(), "")
    if cells["language"] and not language and "language" not in problems:
        words = gettext("Not a language of this scorecard (%(codes)s).")
        codes = ", ".join(dict.fromkeys(languages.values()))
        problems["language"] = words % {"codes": codes}
    person = Person(cells["name"], email, language, cells["sector"])
    return CheckedPerson(row, person, problems=problems)


def _too_much(cells: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    for column, cell in cells.items():
        if len(cell) > LONGEST[column]:
            yield column, gettext("At most %(n)d characters.") % {"n": LONGEST[column]}
        elif not cell.isprintable():
            yield column, gettext("There is a character that cannot be kept.")
        elif cell and is_blank(cell):
            yield column, gettext("Only invisible characters stand here.")


def is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def _find_twice(rows: Iterable[CheckedPerson]) -> None:
    seen: dict[str, int] = {}
    for one in rows:
        if one.problems.get("email"):
            continue
        first = seen.setdefault(one.person.email, one.row.number)
        if first != one.row.number:
            words = gettext("The same address stands in row %(row)d.")
            one.problems["email"] = words % {"row": first}
