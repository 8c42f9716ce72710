"""How the demo's single answers were made: `python -m reports.demo.reconstruct`.

The printed report of Kazakhstan 2022 gives averages and a description of its sample,
not answers. This script, which nothing else uses, writes responses.csv: 61 invented
respondents with the printed sample's composition, whose ratings average to the printed
survey percentages. It starts from random ratings around each goal's level and changes
single ratings until the goal's unrounded average lies close to the printed one. The
application knows only the answers, and computes every figure from them.
"""

import csv
import random
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from statistics import mean
from typing import Any

PRINTED = [37, 47, 45, 36, 38, 36, 30, 34, 33, 29, 28, 32, 41, 32, 29, 29, 40]
# How the ten key areas lie to one another, in points of the scale. Invented: the
# printed key-area percentages cannot be reconciled with the printed overall figure.
KEY_AREAS = [0.35, 0.40, 0.12, 0.08, -0.25, -0.15, -0.35, -0.20, 0.02, 0.02]
WOMEN, MEN = 33, 28
YOUNGEST, OLDEST, MEAN_AGE = 20, 81, 46
FIRST_DAY, LAST_DAY = date(2022, 5, 14), date(2022, 6, 27)
SECTORS = {
    "ngo": 21,
    "public_association": 12,
    "academia": 11,
    "media": 6,
    "business": 6,
    "independent_expert": 5,
}
REGIONS = {
    "almaty_city": 14,
    "astana": 11,
    "karaganda": 7,
    "mangystau": 6,
    "shymkent": 6,
    "east_kazakhstan": 5,
    "turkistan": 5,
    "pavlodar": 4,
    "whole_country": 3,
}
# How many of the 61 mark each group as marginalised.
MARGINALISED = {
    "women_girls": 34,
    "children_youth": 27,
    "persons_with_disabilities": 41,
    "geographic_area": 30,
    "lgbtqi": 19,
    "small_scale_farmers": 18,
    "migrants_undocumented": 23,
}
FILE = Path(__file__).parent / "kazakhstan_2022" / "responses.csv"
MISSING = "?" * 5 + "/" * 2 + "-" * 3


def shuffled(chance: random.Random, counts: dict[str, int]) -> list[str]:
    """Each key as often as its count, in random order."""
    drawn = [key for key, n in counts.items() for _ in range(n)]
    chance.shuffle(drawn)
    return drawn


def ages(chance: random.Random, n: int) -> list[int]:
    """`n` ages with the printed extremes and exactly the printed mean."""
    drawn = [min(79, max(22, round(chance.gauss(45, 13)))) for _ in range(n - 2)]
    drawn += [YOUNGEST, OLDEST]
    while sum(drawn) != MEAN_AGE * n:
        place = chance.randrange(n - 2)
        step = 1 if sum(drawn) < MEAN_AGE * n else -1
        drawn[place] = min(79, max(22, drawn[place] + step))
    chance.shuffle(drawn)
    return drawn


def days(chance: random.Random, n: int) -> list[date]:
    """`n` days from the first to the last of the survey, both among them."""
    length = (LAST_DAY - FIRST_DAY).days
    drawn = [FIRST_DAY, LAST_DAY]
    drawn += [FIRST_DAY + timedelta(chance.randint(0, length)) for _ in range(n - 2)]
    return sorted(drawn)


def goal_percent(rows: list[list[int | None]]) -> Fraction:
    """100 x mean of the indicator means / 5."""
    means = []
    for column in zip(*rows, strict=True):
        given = [rating for rating in column if rating is not None]
        means.append(Fraction(sum(given), len(given)))
    return 20 * Fraction(sum(means), len(means))


def goal_rows(
    chance: random.Random, printed: int, leanings: list[float]
) -> list[list[int | None]]:
    """One row of ten ratings per respondent, averaging close to the printed percent."""
    rows: list[list[int | None]] = []
    for leaning in leanings:
        row: list[int | None] = []
        for offset in KEY_AREAS:
            level = printed / 20 + offset + leaning + chance.gauss(0, 0.6)
            missing = chance.random() < 0.07
            row.append(None if missing else min(5, max(1, round(level))))
        rows.append(row)
    target = printed + Fraction(chance.randint(-20, 25), 100)
    while abs(distance := goal_percent(rows) - target) > Fraction(1, 20):
        row = chance.choice(rows)
        place = chance.randrange(len(row))
        rating = row[place]
        step = -1 if distance > 0 else 1
        if rating is not None and 1 <= rating + step <= 5:
            row[place] = rating + step
    return rows


def written(chance: random.Random, row: list[int | None]) -> str:
    return "".join(
        chance.choice(MISSING) if rating is None else str(rating) for rating in row
    )


def main() -> None:
    chance = random.Random(2022)
    n = WOMEN + MEN
    leanings = [chance.gauss(0, 0.35) for _ in range(n)]
    people: list[dict[str, Any]] = [
        {
            "respondent": number + 1,
            "submitted_on": day.isoformat(),
            "sector": sector,
            "gender": gender,
            "age": age,
            "region": region,
            "marginalised_groups": "",
        }
        for number, (day, sector, gender, age, region) in enumerate(
            zip(
                days(chance, n),
                shuffled(chance, SECTORS),
                shuffled(chance, {"woman": WOMEN, "man": MEN}),
                ages(chance, n),
                shuffled(chance, REGIONS),
                strict=True,
            )
        )
    ]
    for group, marks in MARGINALISED.items():
        for person in chance.sample(people, marks):
            person["marginalised_groups"] += f" {group}"
    for goal, printed in enumerate(PRINTED, start=1):
        chosen = sorted(chance.sample(range(n), chance.randint(38, 57)))
        rows = goal_rows(chance, printed, [leanings[place] for place in chosen])
        for place in range(n):
            people[place][f"goal {goal}"] = ""
        for place, row in zip(chosen, rows, strict=True):
            people[place][f"goal {goal}"] = written(chance, row)
    for person in people:
        person["marginalised_groups"] = person["marginalised_groups"].strip()
    with FILE.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, people[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(people)
    print(f"{n} respondents, mean age {mean(p['age'] for p in people)}: {FILE}")  # noqa: T201


if __name__ == "__main__":
    main()
