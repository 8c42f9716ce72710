"""The tables inside the editor's forms: options, labels of the scale, bands."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms

from surveys.instrument.editor.forms import (
    BandLines,
    Lines,
    OptionLines,
    PartForm,
    ScaleForm,
    ScoreLines,
    code_for,
)

Content = dict[str, Any]


def lines_of(
    kind: str, data: Any, languages: Sequence[str], part: Mapping[str, Any]
) -> Lines | None:
    """The table of a form of this kind, filled from `part`; None if it has none."""
    tables: dict[str, tuple[type[forms.BaseFormSet], str, str]] = {
        "question": (OptionLines, "options", "label"),
        "scale": (ScoreLines, "scale", "label"),
        "bands": (BandLines, "bands", "name"),
    }
    if kind not in tables:
        return None
    table, name, text = tables[kind]
    initial = [
        {"code": row.get("code", ""), "highest": row.get("highest")}
        | {f"{text}__{code}": words for code, words in row[text].items()}
        for row in part.get(name, [])
    ]
    filled: Any = table(
        data, prefix="lines", initial=initial, form_kwargs={"languages": languages}
    )
    if kind == "scale":
        filled.first = part["scale"][0]["score"]
    return cast(Lines, filled)


def with_lines(kind: str, form: PartForm, lines: Lines | None) -> Content:
    """The values of a form together with those of its table."""
    if kind == "scale":
        return _scale(form, lines)
    if kind == "bands":
        return {"bands": _bands(lines)}
    values = form.values
    if kind == "question":
        has_options = "choice" in values["kind"]
        values["options"] = _options(lines) if has_options else []
    return values


def _options(lines: Lines | None) -> list[Content]:
    return _coded(lines, "label", "option")


def _coded(lines: Lines | None, text: str, stem: str) -> list[Content]:
    """{code, text} of every row, with codes for those that have none."""
    rows = list(lines.filled()) if lines else []
    taken = {form.cleaned_data["code"] for form, _ in rows}
    coded = []
    for form, said in rows:
        code = form.cleaned_data["code"] or code_for({text: said}, stem, taken)
        taken.add(code)
        coded.append({"code": code, text: said})
    return coded


def _scale(form: PartForm, lines: Lines | None) -> Content:
    lowest = form.cleaned_data["lowest_score"]
    labels = [said for _, said in lines.filled()] if lines else []
    missing = {
        text.name: form.said(text, form.cleaned_data) for text in ScaleForm.texts
    }
    return {
        "missing": missing,
        "scale": [
            {"score": score, "label": label}
            for score, label in enumerate(labels, start=lowest)
        ],
    }


def _bands(lines: Lines | None) -> list[Content]:
    """Each band begins where the one before ends."""
    bands = _coded(lines, "name", "band")
    ends = [form.cleaned_data["highest"] for form, _ in lines.filled()] if lines else []
    lowest = 0
    for band, highest in zip(bands, ends, strict=True):
        band |= {"lowest": lowest, "highest": highest}
        lowest = (highest or 0) + 1
    return bands
