"""The standard questionnaire as other programs would hand out its answers.

Each maker writes the file that the program's export writes: its headings, its order of
columns, its columns of its own, its way to write days, scores and several options.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import xlsxwriter

from surveys.intake.questionnaire import Questionnaire
from surveys.models import Question

ZONE = timedelta(hours=6)
STARTED = datetime(2022, 5, 10, 14, 2, 9)
DONT_KNOW, NOT_APPLICABLE, NOTHING = "?", "/", "-"


@dataclass(frozen=True)
class Person:
    """What somebody answered. `ratings`: {goal: {indicator: score, "?", "/", "-"}}."""

    number: int
    ratings: dict[int, dict[int, Any]]
    texts: dict[int, dict[str, str]]
    profile: dict[str, Any]
    whole: dict[str, Any] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        return STARTED + timedelta(days=self.number, minutes=7 * self.number)

    @property
    def day(self) -> date:
        return self.at.date()


def people(asked: Questionnaire) -> list[Person]:
    """Six, unlike in what they rated, wrote and left out."""
    goals = [goal.number for goal in asked.goals]
    sector, region = (
        next(one for one in asked.profile if one.code == code).options
        for code in ("sector", "region")
    )
    marks: list[Any] = [1, 2, 3, 4, 5, DONT_KNOW, NOT_APPLICABLE, NOTHING]
    return [
        Person(
            number=n,
            ratings={
                goal: {
                    one.number: marks[(goal * n + one.number) % len(marks)]
                    for one in asked.indicators
                }
                for goal in goals[n % 3 :: 2]
            },
            texts={goals[n % 3]: {"challenges": f"Нет денег, нет людей; {n}.\nИ ещё."}},
            profile={
                "sector": sector[n % len(sector)]["code"],
                "gender": ("woman", "man", "no_answer")[n % 3],
                "age": 20 + 9 * n,
                "region": region[3 * n % len(region)]["code"],
            },
            whole={"marginalised_groups": _chosen(asked, n), "progress_change": "=2+2"},
        )
        for n in range(1, 7)
    ]


def _chosen(asked: Questionnaire, n: int) -> list[str]:
    question = next(o for o in asked.cross_cutting if o.code == "marginalised_groups")
    return [one["code"] for one in question.options[: n % 4]]


# ------------------------------------------------------------------- Cognito Forms


def cognito(asked: Questionnaire, answered: Sequence[Person], lang: str) -> bytes:
    """An Excel file: labels run together to names, days as numbers of a spreadsheet."""
    headings = ["PeoplesScorecard_Id"]
    headings += [_joined(question.text[lang]) for question in asked.profile]
    for goal in asked.goals:
        part = _joined(f"{GOAL[lang]} {goal.number}. {goal.title[lang]}")
        headings += [f"{part}_{_joined(i.name[lang])}" for i in asked.indicators]
        headings += [f"{part}_{_joined(q.text[lang])}" for q in asked.goal_questions]
    headings += [_joined(question.text[lang]) for question in asked.cross_cutting]
    headings += ["Entry_Status", "Entry_DateCreated", "Entry_DateSubmitted"]
    rows = []
    for one in answered:
        cells: list[Any] = [one.number]
        cells += [_words(q, one.profile.get(q.code), lang) for q in asked.profile]
        for goal in asked.goals:
            for indicator in asked.indicators:
                mark = one.ratings.get(goal.number, {}).get(indicator.number, NOTHING)
                cells.append(_label(asked, mark, lang))
            texts = one.texts.get(goal.number, {})
            cells += [texts.get(q.code, "") for q in asked.goal_questions]
        cells += [_words(q, one.whole.get(q.code), lang) for q in asked.cross_cutting]
        rows.append([*cells, "Submitted", one.at, one.at + timedelta(minutes=20)])
    return _workbook(headings, rows)


# -------------------------------------------------------------------- Google Forms


def google(asked: Questionnaire, answered: Sequence[Person], lang: str) -> bytes:
    """A CSV from the form itself: "Question [row]" for grids, ";" between options."""
    headings = ["Timestamp" if lang == "en" else "Отметка времени"]
    for goal in asked.goals:
        title = f"{GOAL[lang]} {goal.number}. {goal.title[lang]}"
        headings += [f"{title} [{i.question[lang]}]" for i in asked.indicators]
        headings += [question.text[lang] for question in asked.goal_questions]
    headings += [question.text[lang] for question in asked.cross_cutting]
    headings += [question.text[lang] for question in asked.profile]
    rows = []
    for one in answered:
        cells: list[Any] = [f"{one.at:%Y/%m/%d} {_clock(one.at)} GMT+6"]
        for goal in asked.goals:
            for indicator in asked.indicators:
                mark = one.ratings.get(goal.number, {}).get(indicator.number, NOTHING)
                label = _label(asked, mark, lang)
                is_score = isinstance(mark, int)
                cells.append(f"{mark} – {label}" if is_score else label)
            texts = one.texts.get(goal.number, {})
            cells += [texts.get(q.code, "") for q in asked.goal_questions]
        cells += [
            _words(q, one.whole.get(q.code), lang, ";") for q in asked.cross_cutting
        ]
        cells += [_words(q, one.profile.get(q.code), lang) for q in asked.profile]
        rows.append(cells)
    return _csv(headings, rows)


# ------------------------------------------------------------------------- Kobo, ODK


def kobo(asked: Questionnaire, answered: Sequence[Person], lang: str) -> bytes:
    """XML values and headings, groups before names; several options twice over.

    The names are those of the XLSForm that this site writes.
    """
    headings = ["start", "end"]
    for goal in asked.goals:
        group = f"g_{goal.code}"
        headings += [
            f"{group}/{group}__{i.dimension.number}/{group}__{i.code}"
            for i in asked.indicators
        ]
        headings += [f"{group}/{group}__q_{q.code}" for q in asked.goal_questions]
    for question in asked.cross_cutting:
        name = f"s_{question.section.code}/{question.code}"
        headings.append(name)
        headings += [f"{name}/{one['code']}" for one in question.options]
    headings += [f"profile/{question.code}" for question in asked.profile]
    headings += ["__version__", "_id", "_uuid", "_submission_time"]
    headings += ["_validation_status", "_status", "_index"]
    rows = [_kobo_row(asked, one) for one in answered]
    return _csv(headings, rows, sign=";")


def _kobo_row(asked: Questionnaire, one: Person) -> list[Any]:
    marks = {DONT_KNOW: "dont_know", NOT_APPLICABLE: "not_applicable", NOTHING: ""}
    cells: list[Any] = [f"{one.at.isoformat()}.123+06:00"]
    cells.append(f"{(one.at + timedelta(minutes=25)).isoformat()}.456+06:00")
    for goal in asked.goals:
        given = one.ratings.get(goal.number, {})
        for indicator in asked.indicators:
            mark = given.get(indicator.number, NOTHING)
            cells.append(marks.get(mark, mark))
        texts = one.texts.get(goal.number, {})
        cells += [texts.get(q.code, "") for q in asked.goal_questions]
    for question in asked.cross_cutting:
        value = one.whole.get(question.code, "")
        is_list = isinstance(value, list)
        cells.append(" ".join(value) if is_list else value)
        for option in question.options:
            cells.append((1 if option["code"] in value else 0) if is_list else "")
    cells += [one.profile.get(question.code, "") for question in asked.profile]
    uuid = f"7d3f0c52-9a51-4b6e-8f6e-0000000000{one.number:02}"
    moment = (one.at - ZONE + timedelta(minutes=26)).isoformat()
    return [*cells, "vXyZ", 90210 + one.number, uuid, moment, "", "submitted_via_web"]


# ----------------------------------------------------------------------- LimeSurvey


def limesurvey(asked: Questionnaire, answered: Sequence[Person], lang: str) -> bytes:
    """Codes for headings and answers. The first group asks about the respondent, so
    that goal 1 is in the second; codes are letters and digits alone."""
    headings = ["id", "submitdate", "lastpage", "startlanguage", "seed", "startdate"]
    headings += [question.code for question in asked.profile]
    for place, _ in enumerate(asked.goals, start=2):
        headings += [f"G{place:02}Q01[SQ{i.number:03}]" for i in asked.indicators]
        headings += [f"G{place:02}Q{q.number + 1:02}" for q in asked.goal_questions]
    for question in asked.cross_cutting:
        code = question.code.replace("_", "")
        if question.kind == Question.Kind.MULTIPLE_CHOICE:
            codes = [one["code"].replace("_", "") for one in question.options]
            headings += [f"{code}[{one}]" for one in codes]
        else:
            headings.append(code)
    rows = []
    for one in answered:
        end = f"{one.at + timedelta(minutes=18):%Y-%m-%d %H:%M:%S}"
        cells: list[Any] = [one.number, end, 19, lang, 1745239 * one.number]
        cells += [f"{one.at:%Y-%m-%d %H:%M:%S}"]
        cells += [one.profile.get(question.code, "") for question in asked.profile]
        for goal in asked.goals:
            given = one.ratings.get(goal.number, {})
            for indicator in asked.indicators:
                mark = given.get(indicator.number, NOTHING)
                marks = {DONT_KNOW: "dk", NOT_APPLICABLE: "na", NOTHING: ""}
                cells.append(marks.get(mark, f"A{mark}"))
            texts = one.texts.get(goal.number, {})
            cells += [texts.get(q.code, "") for q in asked.goal_questions]
        for question in asked.cross_cutting:
            value = one.whole.get(question.code, "")
            if question.kind == Question.Kind.MULTIPLE_CHOICE:
                cells += ["Y" if o["code"] in value else "" for o in question.options]
            else:
                cells.append(value)
        rows.append(cells)
    return _csv(headings, rows, sign=";", quoting=csv.QUOTE_ALL)


def limesurvey_in_words(
    asked: Questionnaire, answered: Sequence[Person], lang: str
) -> bytes:
    """Full questions for headings and full answers, as chosen in its export."""
    headings = [*LIMESURVEY_WORDS[lang]]
    headings += [question.text[lang] for question in asked.profile]
    for goal in asked.goals:
        title = f"{GOAL[lang]} {goal.number}. {goal.title[lang]}"
        headings += [f"{title} [{i.name[lang]}]" for i in asked.indicators]
        headings += [f"{q.text[lang]} ({title})" for q in asked.goal_questions]
    for question in asked.cross_cutting:
        text = question.text[lang]
        if question.kind == Question.Kind.MULTIPLE_CHOICE:
            headings += [f"{text} [{one['label'][lang]}]" for one in question.options]
        else:
            headings.append(text)
    yes = {"en": "Yes", "ru": "Да"}[lang], {"en": "No", "ru": "Нет"}[lang]
    rows = []
    for one in answered:
        cells: list[Any] = [one.number, f"{one.at:%Y-%m-%d %H:%M:%S}", 19, lang]
        cells += [_words(q, one.profile.get(q.code), lang) for q in asked.profile]
        for goal in asked.goals:
            given = one.ratings.get(goal.number, {})
            for indicator in asked.indicators:
                mark = given.get(indicator.number, NOTHING)
                cells.append(_label(asked, mark, lang))
            texts = one.texts.get(goal.number, {})
            cells += [texts.get(q.code, "") for q in asked.goal_questions]
        for question in asked.cross_cutting:
            value = one.whole.get(question.code, "")
            if question.kind == Question.Kind.MULTIPLE_CHOICE:
                cells += [yes[o["code"] not in value] for o in question.options]
            else:
                cells.append(value)
        rows.append(cells)
    return _csv(headings, rows, bom=True)


LIMESURVEY_WORDS = {
    "en": ("Response ID", "Date submitted", "Last page", "Start language"),
    "ru": ("ID ответа", "Дата отправки", "Последняя страница", "Начальный язык"),
}
PROGRAMS: dict[str, Callable[[Questionnaire, Sequence[Person], str], bytes]] = {
    "cognito": cognito,
    "google": google,
    "kobo": kobo,
    "limesurvey": limesurvey,
    "limesurvey_in_words": limesurvey_in_words,
}


# ------------------------------------------------------------------------- how it is


GOAL = {"en": "Goal", "ru": "Цель"}


def _joined(text: str) -> str:
    """A label as Cognito Forms makes a name of it: Goal1NoPoverty."""
    words = "".join(c if c.isalnum() else " " for c in text.replace("’", "")).split()
    return "".join(word[0].upper() + word[1:] for word in words)


def _label(asked: Questionnaire, mark: Any, lang: str) -> str:
    if mark == NOTHING:
        return ""
    if isinstance(mark, int):
        first = asked.instrument.scale_minimum
        return str(asked.instrument.scale_labels[mark - first][lang])
    code = "dont_know" if mark == DONT_KNOW else "not_applicable"
    return str(asked.instrument.missing_labels[code][lang])


def _words(question: Question, value: Any, lang: str, sign: str = ", ") -> Any:
    """An answer as it is read: labels instead of codes."""
    labels = {one["code"]: one["label"][lang] for one in question.options}
    if isinstance(value, list):
        return sign.join(labels[one] for one in value)
    return "" if value is None else labels.get(value, value)


def _clock(moment: datetime) -> str:
    return f"{moment:%I:%M:%S %p}".lstrip("0")


def _csv(
    headings: Sequence[str],
    rows: Sequence[Sequence[Any]],
    sign: str = ",",
    bom: bool = True,
    quoting: int = csv.QUOTE_MINIMAL,
) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=sign, quoting=quoting)  # type: ignore
    writer.writerow(headings)
    writer.writerows(rows)
    return written.getvalue().encode("utf-8-sig" if bom else "utf-8")


def _workbook(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False}
    with xlsxwriter.Workbook(written, options) as book:
        sheet = book.add_worksheet()
        clock = book.add_format({"num_format": "m/d/yyyy h:mm"})
        sheet.write_row(0, 0, headings)
        for number, place, cell in _cells(rows):
            if isinstance(cell, datetime):
                sheet.write_datetime(number, place, cell, clock)
            elif cell != "":
                sheet.write(number, place, cell)
    return written.getvalue()


def _cells(rows: Sequence[Sequence[Any]]) -> Iterator[tuple[int, int, Any]]:
    for number, cells in enumerate(rows, start=1):
        for place, cell in enumerate(cells):
            yield number, place, cell
