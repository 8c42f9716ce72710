"""What the values in a table probably stand for: scores, options, languages, days."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from surveys.collected.tables.guessing import plain
from surveys.collected.tables.targets import LANGUAGE, RATINGS, Target
from surveys.intake.questionnaire import Questionnaire
from surveys.localized import language_name, text_in
from surveys.models import Question, Scorecard
from surveys.ratings import DONT_KNOW, NOT_APPLICABLE, SKIPPED

NOT_MATCHED = ""
# For a choice: the value counts as no answer.
NO_ANSWER = "-"
SAYS_DONT_KNOW = {
    "dont know", "don t know", "i don t know", "i dont know", "dk", "do not know",
    "unknown", "not sure", "unsure", "no opinion", "dont_know", "не знаю",
    "затрудняюсь ответить", "затрудняюсь", "білмеймін",
}  # fmt: skip
SAYS_NOT_APPLICABLE = {
    "n a", "na", "not applicable", "does not apply", "not_applicable", "неприменимо",
    "не применимо", "н п", "қолданылмайды",
}  # fmt: skip
SAYS_NOTHING = {
    "", "skipped", "no answer", "not answered", "none", "null", "nan", "нет ответа",
    "пропущено", "жауап жоқ",
}  # fmt: skip
TICKED = {"1", "x", "y", "yes", "true", "checked", "selected", "да", "иә", "v"}
UNTICKED = {"", "0", "n", "no", "false", "unchecked", "not selected", "нет", "жоқ"}
SCORE = re.compile(r"a?0*(\d{1,2})(?:[.,]0+)?(?:\s*(?:[-–—.:)=/]|\s)\s*\D.*)?", re.S)


def meanings_of(
    group: str, targets: Mapping[str, Target], asked: Questionnaire, card: Scorecard
) -> list[tuple[str, str]]:
    """(code, name) of everything that a value of this group can stand for."""
    if group == LANGUAGE:
        return [(code, language_name(code)) for code in card.languages]
    if group == RATINGS:
        missing = asked.instrument.missing_labels
        return [
            *((str(n), f"{n} – {label}") for n, label in asked.instrument.scale),
            (DONT_KNOW, text_in(missing["dont_know"])),
            (NOT_APPLICABLE, text_in(missing["not_applicable"])),
        ]
    question = targets[group].question
    assert question is not None
    return [(one["code"], text_in(one["label"])) for one in question.options]


class ValueGuesser:
    """Guesses the values of one group; what it was told of before comes first."""

    def __init__(
        self,
        group: str,
        targets: Mapping[str, Target],
        asked: Questionnaire,
        card: Scorecard,
        remembered: Mapping[str, str],
    ) -> None:
        self.group, self.asked, self.remembered = group, asked, remembered
        self.codes = {code for code, _ in meanings_of(group, targets, asked, card)}
        self.codes.add(NO_ANSWER)
        self.names = _names(group, targets, asked)

    def guess(self, value: str) -> str:
        """A code, or NOT_MATCHED."""
        told = self.remembered.get(value)
        if told is not None and told in self.codes:
            return told
        text = plain(value)
        if found := self.names.get(text):
            return found
        if self.group == RATINGS:
            return self._rating(value.strip(), text)
        if self.group == LANGUAGE:
            short = text[:2]
            return short if short in self.codes else NOT_MATCHED
        return NO_ANSWER if text in SAYS_NOTHING else NOT_MATCHED

    def _rating(self, value: str, text: str) -> str:
        if value == "?" or text in SAYS_DONT_KNOW:
            return DONT_KNOW
        if value == "/" or text in SAYS_NOT_APPLICABLE:
            return NOT_APPLICABLE
        if text in SAYS_NOTHING and value not in ("?", "/"):
            return SKIPPED
        found = SCORE.fullmatch(value.casefold())
        if found and str(int(found[1])) in self.codes:
            return str(int(found[1]))
        return NOT_MATCHED


def _names(
    group: str, targets: Mapping[str, Target], asked: Questionnaire
) -> dict[str, str]:
    if group == RATINGS:
        instrument = asked.instrument
        named = {
            plain(text): str(instrument.scale_minimum + place)
            for place, label in enumerate(instrument.scale_labels)
            for text in label.values()
        }
        for code, sign in (
            ("dont_know", DONT_KNOW),
            ("not_applicable", NOT_APPLICABLE),
        ):
            named |= {plain(t): sign for t in instrument.missing_labels[code].values()}
        return named
    question = targets[group].question if group in targets else None
    return option_names(question) if question else {}


def option_names(question: Question) -> dict[str, str]:
    """Plain code or label in any language -> code."""
    return {
        plain(name): option["code"]
        for option in question.options
        for name in (option["code"], *option["label"].values())
    }


def is_ticked(value: str, question: Question, option: str) -> bool | None:
    """Whether a column of one option says that it was chosen; None if it is unclear."""
    text = plain(value)
    if option_names(question).get(text) == option or value.strip() in ("✓", "✔", "+"):
        return True
    if text in TICKED:
        return True
    return False if text in UNTICKED or value.strip() == "-" else None


# ------------------------------------------------------------------------------- days

ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
THREE = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:[ ,T].*)?")
SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?")
NAMED = ("%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y")
# Day 0 of spreadsheets, which take 1900 for a leap year.
DAY_ZERO = date(1899, 12, 30)


class NotADay(ValueError):
    """No day, or one that could be two."""


def orders_of(values: Iterable[str]) -> set[str]:
    """In which orders the days with slashes or dashes can be read: "dmy", "mdy".

    Empty where there are none; both where nothing decides.
    """
    orders = {"dmy", "mdy"}
    is_any = False
    for value in values:
        found = THREE.fullmatch(value.strip())
        if not found or found[2] == ".":
            continue
        is_any = True
        if int(found[1]) > 12:
            orders.discard("mdy")
        if int(found[3]) > 12:
            orders.discard("dmy")
    return orders if is_any else set()


def day_of(value: str, order: str, zone: ZoneInfo) -> date:
    """The day that a cell means, in the scorecard's time zone. Raises NotADay.

    `order`: "dmy" or "mdy", for numbers divided by slashes or dashes.
    """
    text = value.strip()
    try:
        return (
            _iso(text, zone)
            or _three(text, order)
            or _serial(text)
            or _with_words(text)
            or _refuse(text)
        )
    except (ValueError, OverflowError) as error:
        raise NotADay(text) from error


def _refuse(text: str) -> date:
    raise NotADay(text)


def _iso(text: str, zone: ZoneInfo) -> date | None:
    found = ISO.fullmatch(text)
    if not found:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(zone).date() if moment.tzinfo else moment.date()
    except ValueError:
        return date(int(found[1]), int(found[2]), int(found[3]))


def _three(text: str, order: str) -> date | None:
    found = THREE.fullmatch(text)
    if not found:
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if found[2] != "." and order == "mdy":
        first, second = second, first
    return date(year + 2000 if year < 100 else year, second, first)


def _serial(text: str) -> date | None:
    found = SERIAL.fullmatch(text)
    number = int(found[1]) if found else 0
    return DAY_ZERO + timedelta(days=number) if 20_000 <= number < 80_000 else None


def _with_words(text: str) -> date | None:
    head = re.match(r"\w+\.? \w+,? \d{4}", text)
    for pattern in NAMED:
        try:
            return datetime.strptime(head[0] if head else "", pattern).date()
        except ValueError:
            continue
    return None
