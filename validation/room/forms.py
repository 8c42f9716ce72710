"""An estimate that an expert spoke and somebody else writes down."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from surveys.models import Member
from validation.board.forms import ProposalForm
from validation.models import Proposal, RoundGoal


class SpokenProposalForm(ProposalForm):
    """Whose estimate it is, and what a proposal takes."""

    expert = forms.ModelChoiceField(
        Member.objects.none(),
        label=_("Whose estimate is it?"),
        empty_label=_("Choose the expert"),
        error_messages={"required": _("Choose whose estimate it is.")},
    )
    field_order = ["expert"]

    def __init__(
        self,
        *args: Any,
        round_goal: RoundGoal,
        names: Mapping[int, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        spoken = set(
            Proposal.objects.filter(round_goal=round_goal).values_list(
                "expert", flat=True
            )
        )

        def named(expert: Member) -> str:
            name = names.get(expert.pk, expert.name)
            if expert.pk not in spoken:
                return name
            return gettext("%(name)s (has an estimate; this revises it)") % {
                "name": name
            }

        field: Any = self.fields["expert"]
        field.queryset = Member.objects.filter(
            scorecard=round_goal.scorecard_id,
            assignments__goal=round_goal.goal_id,
            erasure=None,
        )
        field.label_from_instance = named
