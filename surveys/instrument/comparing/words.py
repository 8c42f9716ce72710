"""What is said about the differences between two questionnaires."""

from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext, pgettext

from surveys.instrument.comparing.changes import Comparison, Effect, Fate
from surveys.instrument.parts import InstrumentFile

# As they are counted, what figures rest on first.
KINDS = (
    *("score", "goal", "indicator", "dimension", "band"),
    *("section", "question", "option"),
)


def summary(comparison: Comparison) -> str:
    """One sentence: how much differs, and whether figures stay comparable."""
    if comparison.is_empty:
        return gettext("Nothing differs: both ask the same in the same words.")
    counted = capfirst(", ".join(_clauses(comparison)))
    if comparison.is_comparable:
        return gettext("%(counted)s; figures stay comparable.") % {"counted": counted}
    return gettext("%(counted)s; not all figures can be compared.") % {
        "counted": counted
    }


def _clauses(comparison: Comparison) -> list[str]:
    counts = comparison.counts
    clauses = []
    if n := counts.texts:
        clauses.append(
            ngettext("%(n)d text changed", "%(n)d texts changed", n) % {"n": n}
        )
    if n := counts.translations.get(Fate.ADDED, 0):
        words = ngettext("%(n)d translation added", "%(n)d translations added", n)
        clauses.append(words % {"n": n})
    if n := counts.translations.get(Fate.REMOVED, 0):
        words = ngettext("%(n)d translation removed", "%(n)d translations removed", n)
        clauses.append(words % {"n": n})
    clauses += [
        _came_or_went(kind, fate, n) % {"n": n}
        for fate in (Fate.ADDED, Fate.REMOVED)
        for kind in KINDS
        if (n := counts.parts.get((kind, fate), 0))
    ]
    if n := counts.facts:
        clauses.append(
            ngettext("%(n)d setting changed", "%(n)d settings changed", n) % {"n": n}
        )
    if n := counts.elsewhere:
        words = ngettext(
            "%(n)d part in another place", "%(n)d parts in another place", n
        )
        clauses.append(words % {"n": n})
    return clauses


def _came_or_went(kind: str, fate: Fate, n: int) -> str:
    added = {
        "goal": ngettext("%(n)d goal added", "%(n)d goals added", n),
        "dimension": ngettext("%(n)d dimension added", "%(n)d dimensions added", n),
        "indicator": ngettext("%(n)d key area added", "%(n)d key areas added", n),
        "section": ngettext("%(n)d section added", "%(n)d sections added", n),
        "question": ngettext("%(n)d question added", "%(n)d questions added", n),
        "option": ngettext("%(n)d option added", "%(n)d options added", n),
        "score": ngettext("%(n)d score added", "%(n)d scores added", n),
        "band": ngettext("%(n)d band added", "%(n)d bands added", n),
    }
    removed = {
        "goal": ngettext("%(n)d goal removed", "%(n)d goals removed", n),
        "dimension": ngettext("%(n)d dimension removed", "%(n)d dimensions removed", n),
        "indicator": ngettext("%(n)d key area removed", "%(n)d key areas removed", n),
        "section": ngettext("%(n)d section removed", "%(n)d sections removed", n),
        "question": ngettext("%(n)d question removed", "%(n)d questions removed", n),
        "option": ngettext("%(n)d option removed", "%(n)d options removed", n),
        "score": ngettext("%(n)d score removed", "%(n)d scores removed", n),
        "band": ngettext("%(n)d band removed", "%(n)d bands removed", n),
    }
    return (added if fate == Fate.ADDED else removed)[kind]


def consequences(comparison: Comparison) -> list[str]:
    """What the differences mean for figures from year to year, most weighty first."""
    if comparison.is_empty:
        return []
    words = {
        Effect.SCALE: gettext(
            "The scale was %(before)s and is %(now)s: neither means nor percentages "
            "can be set side by side."
        )
        % {"before": _scale(comparison.before), "now": _scale(comparison.now)},
        Effect.FORMULA: gettext(
            "A percentage is computed from a mean in another way: percentages cannot "
            "be set side by side, means can."
        ),
        Effect.GOALS: gettext(
            "Goals were added or removed: the average of all goals is of other goals. "
            "Goals that both have can be compared."
        ),
        Effect.INDICATORS: gettext(
            "Key areas were added or removed: what a goal reaches is the mean of other "
            "key areas. Key areas that both have can be compared."
        ),
        Effect.NUMBERS: gettext(
            "Goals or key areas have other numbers: set figures side by side by name, "
            "not by number."
        ),
        Effect.BANDS: gettext(
            "The bands are others: percentages can be compared, the names of their "
            "bands cannot."
        ),
        Effect.DIMENSIONS: gettext(
            "Key areas are grouped in another way: averages of a dimension are of "
            "other key areas."
        ),
    }
    said = [words[effect] for effect in comparison.effects]
    if comparison.is_comparable:
        said.insert(
            0,
            gettext(
                "Scale, formula, goals and key areas are the same: figures can be "
                "compared from year to year."
            ),
        )
    if comparison.counts.texts:
        said.append(
            gettext(
                "Other wording and translations change no arithmetic. Whether words "
                "still ask for, or mean, the same is for you to judge."
            )
        )
    return said


def _scale(file: InstrumentFile) -> str:
    return f"{file.scale[0].score}–{file.scale[-1].score}"


def fate_words(fate: Fate) -> str:
    """One word for a part that came or went; nothing for one that stayed."""
    return {
        Fate.ADDED: pgettext("part of a questionnaire", "added"),
        Fate.REMOVED: pgettext("part of a questionnaire", "removed"),
        Fate.CHANGED: "",
    }[fate]
