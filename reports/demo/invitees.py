"""People invited to the practice survey: invented, at addresses that lead nowhere."""

from datetime import datetime

from surveys.invitations.people import Person, add_people
from surveys.invitations.services import invite_everybody, plan_reminders
from surveys.models import Member, Scorecard

# Name, language of the letters, sector.
WRITTEN_TO = (
    ("Айгуль Сеитова", "ru", "NGO"),
    ("Болат Ахметов", "ru", "NGO"),
    ("Гүлнар Әбдіқалықова", "kk", "NGO"),
    ("Данияр Оспанов", "kk", "University"),
    ("Elena Kim", "en", "International organisation"),
    ("Ерлан Жұмабаев", "kk", "Media"),
    ("Жанна Ли", "ru", "Business"),
    ("Ирина Петрова", "ru", "NGO"),
    ("Kamila Nurlanova", "en", "University"),
    ("Мадина Тұрсынова", "kk", "NGO"),
    ("Нұрлан Бекенов", "kk", "Business"),
    ("Olga Schmidt", "en", "Media"),
    ("Светлана Ким", "ru", "NGO"),
    ("Тимур Исмаилов", "ru", "University"),
    ("Шолпан Қасымова", "kk", "NGO"),
    ("Юлия Ан", "ru", "Media"),
)
NOT_YET = (
    ("Асель Муканова", "ru", "NGO"),
    ("Bauyrzhan Tulegenov", "en", "Business"),
)


def invite_people(scorecard: Scorecard, by: Member, now: datetime) -> None:
    """Some are written to, some only on the list; reminders are planned."""
    add_people(scorecard=scorecard, people=_people(WRITTEN_TO))
    invite_everybody(scorecard=scorecard, by=by, now=now)
    add_people(scorecard=scorecard, people=_people(NOT_YET, after=len(WRITTEN_TO)))
    plan_reminders(scorecard=scorecard, days=[7, 2], hour=10)


def _people(rows: tuple[tuple[str, str, str], ...], after: int = 0) -> list[Person]:
    return [
        Person(name, f"invitee-{number}@demo.example", language, sector)
        for number, (name, language, sector) in enumerate(rows, start=after + 1)
    ]
