"""How many responses are wanted: in all, and of each group that is counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext

from surveys.models import Scorecard
from surveys.sample.groups import Grouping, groupings_with_targets
from surveys.setup.words import FIELDS

MOST = 10_000_000


@dataclass(frozen=True)
class Group:
    """A question of the profile (or age, or language) and the fields of its groups."""

    title: str
    fields: list[forms.BoundField]


class TargetsForm(forms.Form):
    """One number for all, and one for each group; empty where none is set."""

    def __init__(self, *args: Any, scorecard: Scorecard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groupings = groupings_with_targets(
            scorecard.instrument, scorecard.languages
        )
        self._add("all", FIELDS["target_responses"], scorecard.target_responses, 1)
        for grouping in self.groupings:
            wanted = scorecard.targets.get(grouping.code, {})
            for group, label in grouping.labels.items():
                self._add(_name(grouping, group), label, wanted.get(group), 0)

    def _add(self, name: str, label: Any, initial: int | None, lowest: int) -> None:
        self.fields[name] = forms.IntegerField(
            label=label,
            initial=initial,
            required=False,
            min_value=lowest,
            max_value=MOST,
            widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        )

    def groups(self) -> Iterator[Group]:
        for grouping in self.groupings:
            fields = [self[_name(grouping, group)] for group in grouping.labels]
            yield Group(grouping.name, fields)

    def clean(self) -> dict[str, Any]:
        """Each is in one group of a kind: in sum they cannot want more than all."""
        cleaned = super().clean() or {}
        wanted = cleaned.get("all")
        for grouping in self.groupings:
            total = sum(_typed(grouping, cleaned).values())
            if wanted and total > wanted:
                words = gettext("%(question)s: the groups want %(total)d in sum.")
                self.add_error(
                    "all", words % {"question": grouping.name, "total": total}
                )
        return cleaned

    def values(self) -> dict[str, Any]:
        """The fields of the scorecard, as the services take them."""
        targets = {
            grouping.code: wanted
            for grouping in self.groupings
            if (wanted := _typed(grouping, self.cleaned_data))
        }
        return {"target_responses": self.cleaned_data["all"], "targets": targets}


def _name(grouping: Grouping, group: str) -> str:
    return f"{grouping.code}__{group}"


def _typed(grouping: Grouping, cleaned: dict[str, Any]) -> dict[str, int]:
    typed = {group: cleaned.get(_name(grouping, group)) for group in grouping.labels}
    return {group: n for group, n in typed.items() if n is not None}
