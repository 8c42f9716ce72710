"""Charts with known numbers, easy and awkward ones."""

from fractions import Fraction

from surveys.charts import (
    Axis,
    Bar,
    BarGroup,
    Bars,
    Category,
    DotStrip,
    Dumbbell,
    DumbbellRow,
    Reference,
    StackedBars,
    StackedRow,
    Stretch,
)
from surveys.charts.colours import goal_accent

NASTY = "<script>alert(\"1\")</script> & 'quotes' </title> %{x} \x00"
LONG = (
    "Осуществление всеобъемлющих национальных планов действий, стратегий и бюджетов "
    "при участии организаций гражданского общества во всех областях и районах"
)
UNBROKEN = "Ұлттықәлеуметтікэкономикалықдамубағдарламасының" * 3

SURVEY = (37, 47, 45, 36, 38, 36, 30, 34, 33, 29, 28, 32, 41, 32, 29, 29, 40)
POST = (37, 47, 30, 30, 29, 36, 29, 34, 33, 29, 28, 32, 36, 32, 29, 20, 40)


def dumbbell(*, goals: int = 17, label: str = "") -> Dumbbell:
    """The printed figures of 2022, the first `goals` of them."""
    return Dumbbell(
        title="Experts lowered six of seventeen goals",
        rows=tuple(
            DumbbellRow(
                label or f"Goal {number}",
                start,
                end,
                mark=str(number),
                accent=goal_accent(number),
                href=f"/goals/{number}",
            )
            for number, (start, end) in enumerate(
                zip(SURVEY[:goals], POST[:goals], strict=True), 1
            )
        ),
        stretches=(Stretch("Very low", 0, 30), Stretch("Low", 30, 50)),
    )


def gaps() -> Dumbbell:
    """A figure missing at the start, at the end, at both."""
    return Dumbbell(
        title="Gaps",
        rows=(
            DumbbellRow("only start", Fraction(88, 3), None),
            DumbbellRow("only end", None, 97),
            DumbbellRow("neither", None, None),
            DumbbellRow("from end to end", 0, 100),
        ),
    )


def bars(*, label: str = "Legal framework") -> Bars:
    """Two groups, one bar without a figure, one of zero."""
    return Bars(
        title="Laws score higher than what is done with them",
        groups=(
            BarGroup("Policy", (Bar(label, Fraction(77, 2)), Bar("Plans", 100))),
            BarGroup("Practice", (Bar("Local", None), Bar("National", 0))),
        ),
    )


def bars_to_targets() -> Bars:
    """One beyond its target, one short of it, one without a figure, one without any."""
    return Bars(
        title="Who is missing",
        groups=(
            BarGroup(
                "Sector",
                (
                    Bar("Media", 12, text="12 of 10", target=10),
                    Bar("Business", 3, text="3 of 20", target=20),
                    Bar("Others", None, target=5),
                    Bar("Nobody asked", 4),
                ),
            ),
        ),
        axis=Axis(highest=12, unit=""),
    )


def stacked(*, label: str = "Plans") -> StackedBars:
    """Counts of which one row is not shown and one is empty."""
    return StackedBars(
        title="How often each score was given",
        categories=(
            *(
                Category(name, str(n))
                for n, name in enumerate(("no", "some", "yes"), 1)
            ),
            Category("Don't know", is_apart=True),
        ),
        rows=(
            StackedRow(label, (20, 15, 3, 1)),
            StackedRow("Too few", None),
            StackedRow("Nobody", (0, 0, 0, 0)),
        ),
    )


def strip(*, label: str = "Survey average") -> DotStrip:
    """Seven points, two of them twice, mine among them."""
    return DotStrip(
        title="Seven estimates",
        points=(25, 25, 30, 33, 30, Fraction(88, 3), 45),
        mine=33,
        median=30,
        middle_half=(27, Fraction(63, 2)),
        references=(Reference(label, 38),),
    )


def empty() -> list[Dumbbell | Bars | StackedBars | DotStrip]:
    """One of each, without a single row."""
    return [
        Dumbbell(title="Empty", rows=()),
        Bars(title="Empty", groups=()),
        StackedBars(title="Empty", categories=(Category("yes"),), rows=()),
        DotStrip(title="Empty", points=()),
    ]
