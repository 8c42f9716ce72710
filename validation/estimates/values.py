"""One cell of a table as the value it means, or a problem in words."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext, override, pgettext_lazy

from surveys.visible import is_blank
from validation.models import Confidence, Proposal
from validation.words import CONFIDENCE_NAMES

LONGEST_TEXT = {"reason": 20_000, "interest": 5_000}
KINDS: Mapping[str, Promise] = {
    Proposal.Kind.KEEP: pgettext_lazy("in a table of estimates", "keep"),
    Proposal.Kind.CHANGE: pgettext_lazy("in a table of estimates", "change"),
}
# Understood beside the names in the languages of the site.
ALSO = {
    "оставить": Proposal.Kind.KEEP,
    "қалдыру": Proposal.Kind.KEEP,
    "изменить": Proposal.Kind.CHANGE,
    "өзгерту": Proposal.Kind.CHANGE,
    "низкая": Confidence.LOW,
    "төмен": Confidence.LOW,
    "средняя": Confidence.MEDIUM,
    "орташа": Confidence.MEDIUM,
    "высокая": Confidence.HIGH,
    "жоғары": Confidence.HIGH,
}
# A number in the column of confidence, in percent, from the lowest of each word on.
CONFIDENCE_FROM = ((90, Confidence.HIGH), (70, Confidence.MEDIUM), (50, Confidence.LOW))
NUMBER = re.compile(r"[-+\u2212]?\d{1,12}(?:[.,]\d{1,12})?")
GOAL = re.compile(r"(?:goal|sdg|цель|цур|мақсат)?\s*(\d{1,3})", re.IGNORECASE)


class Problem(Exception):
    """What does not fit in the column `code`, in words for whoever sent the table."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code, self.words = code, words


@dataclass(frozen=True)
class Said:
    """What a row says, in the words of propose_score. `interest` None: not said."""

    kind: str
    percent: Decimal | None
    justification: str
    confidence: str
    interest: str | None
    lower: Decimal | None
    upper: Decimal | None
    sureness: int | None


def number_of_goal(text: str) -> int:
    """5 from "5" or "Goal 5"."""
    found = GOAL.fullmatch(text.strip())
    if not found:
        raise Problem("goal", gettext("Name the goal by its number, for example 5."))
    return int(found[1])


def number_of_round(text: str) -> int | None:
    """2 from "2"; None where nothing stands."""
    if not text.strip():
        return None
    if not re.fullmatch(r"\d{1,4}", text.strip()):
        raise Problem("round", gettext("Name the round by its number, for example 1."))
    return int(text)


def kind_of(text: str, best: str) -> str:
    """keep or change; where nothing stands, a best estimate is a change."""
    if not text.strip():
        if best.strip():
            return Proposal.Kind.CHANGE
        raise Problem(
            "best", gettext("Enter a percentage, or keep in the column keep_or_change.")
        )
    kind = _meant(text, KINDS)
    if kind is None:
        raise Problem("keep_or_change", gettext("Write keep or change."))
    if kind == Proposal.Kind.KEEP and best.strip():
        raise Problem(
            "best",
            gettext("Keeping the survey average needs no percentage: clear this."),
        )
    return kind


def percent_of(text: str, code: str, *, is_workbook: bool) -> Decimal | None:
    """0 to 100 with two decimals at most: 29.5, 29,5 and 29,5 % are the same.

    A workbook keeps a cell formatted as percent as 0.295. Such a number is refused
    there, since nobody can tell it from a third of a percent.
    """
    plain = re.sub(r"\s", "", text)
    has_sign = plain.endswith("%")
    plain = plain.removesuffix("%")
    if not plain:
        return None
    if not NUMBER.fullmatch(plain):
        raise Problem(
            code, gettext("“%(text)s” is no number.") % {"text": _short(text)}
        )
    value = Decimal(plain.replace(",", ".").replace("\u2212", "-"))
    if not 0 <= value <= 100:
        raise Problem(code, gettext("Enter a percentage from 0 to 100."))
    if is_workbook and 0 < value < 1 and not has_sign:
        raise Problem(
            code,
            gettext(
                "%(text)s: a cell formatted as percent is read like this. Write 29.5 "
                "for 29.5%%, or 0.5%% as a text."
            )
            % {"text": _short(text)},
        )
    if value != round(value, 2):
        raise Problem(code, gettext("Two decimals at most."))
    return value


def sureness_of(text: str, code: str = "sureness") -> int | None:
    """Whole percent from 50 to 99; None where nothing stands."""
    plain = re.sub(r"\s", "", text).removesuffix("%")
    if not plain:
        return None
    if not re.fullmatch(r"\d{1,3}", plain) or not 50 <= int(plain) <= 99:
        raise Problem(code, gettext("Enter a whole number from 50 to 99."))
    return int(plain)


def confidence_of(text: str) -> tuple[str, int | None]:
    """(low, medium or high, sureness where a number stands)."""
    if not text.strip():
        raise Problem("confidence", gettext("Say how sure: low, medium or high."))
    if word := _meant(text, CONFIDENCE_NAMES):
        return word, None
    if not NUMBER.fullmatch(re.sub(r"[\s%]", "", text)):
        raise Problem("confidence", gettext("Write low, medium or high."))
    sure = sureness_of(text, "confidence")
    assert sure is not None
    return next(word for least, word in CONFIDENCE_FROM if sure >= least), sure


def text_of(text: str, code: str) -> str:
    """A text of people, with the line ends of a web form taken for plain ones."""
    plain = one_line_end(text).strip()
    if "\x00" in plain:
        raise Problem(code, gettext("Contains a sign that is no text."))
    if plain and is_blank(plain):
        raise Problem(code, gettext("Only invisible characters stand here."))
    if len(plain) > LONGEST_TEXT[code]:
        raise Problem(
            code,
            gettext("Longer than %(most)d characters.") % {"most": LONGEST_TEXT[code]},
        )
    return plain


def one_line_end(text: str) -> str:
    """Spreadsheets and web forms end their lines differently."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def check_bounds_words(
    best: Decimal | None,
    lower: Decimal | None,
    upper: Decimal | None,
    sureness: int | None,
) -> Iterable[Problem]:
    """Each problem with lower, best, upper and sureness together."""
    if lower is None and upper is None:
        if sureness is not None:
            yield Problem("sureness", gettext("How sure of what? Bounds are missing."))
        return
    missing = {"lower": lower, "upper": upper, "sureness": sureness}
    for code, value in missing.items():
        if value is None:
            yield Problem(code, gettext("Bounds need lower, upper and sureness."))
    if lower is not None and upper is not None and lower > upper:
        yield Problem("lower", gettext("Above the upper bound."))
    elif lower is not None and best is not None and lower > best:
        yield Problem("lower", gettext("Above the best estimate."))
    elif upper is not None and best is not None and upper < best:
        yield Problem("upper", gettext("Below the best estimate."))


def _meant(text: str, names: Mapping[str, Promise]) -> str | None:
    """The key whose name, in any language of the site, is this; or the key itself."""
    return _keys(tuple(names.items())).get(text.strip().casefold())


@cache
def _keys(names: tuple[tuple[str, Promise], ...]) -> dict[str, str]:
    keys = {str(key): str(key) for key, _name in names}
    for language, _name in settings.LANGUAGES:
        with override(language):
            keys |= {str(name).casefold(): str(key) for key, name in names}
    return keys | {name: str(key) for name, key in ALSO.items() if key in keys}


def _short(text: str) -> str:
    plain = text.strip()
    return plain if len(plain) <= 30 else f"{plain[:30]}…"
