"""A settlement from the form to the record; what stands in the way, in words."""

from fractions import Fraction

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from surveys.charts.words import shown
from surveys.models import Member
from validation.consensus import RuleNotComputable
from validation.models import RoundGoal, Settlement
from validation.settling.forms import SettlementForm
from validation.settling.services import (
    AlreadySettled,
    InvalidSettlement,
    RoundNotOpened,
    RuleNotChosen,
    settle_goal,
)
from validation.words import NOT_COMPUTABLE, RULE_NAMES


def settled(member: Member, round_goal: RoundGoal, form: SettlementForm) -> bool:
    """Whether the goal is settled now; otherwise the valid form says why not."""
    try:
        settle_goal(
            round_goal_id=round_goal.pk,
            by=member,
            now=timezone.now(),
            **form.cleaned_data,
        )
    except AlreadySettled as refusal:
        form.add_error(None, _already(refusal.settlement, member))
    except RoundNotOpened:
        form.add_error(None, _("The round has not opened: there is nothing to settle."))
    except RuleNotChosen:
        form.add_error(
            None,
            _(
                "This is not the rule that was chosen before the round opened. "
                "The goal can only be settled by “%(rule)s”."
            )
            % {"rule": RULE_NAMES[round_goal.rule]},
        )
    except InvalidSettlement as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, _("This was not accepted. Check it, please."))
    except RuleNotComputable as refusal:
        form.add_error(None, str(NOT_COMPUTABLE[refusal.reason]))
    else:
        return True
    return False


def _already(settlement: Settlement, member: Member) -> str:
    when = timezone.localtime(settlement.settled_at, member.scorecard.zone)
    return _(
        "%(name)s settled this goal at %(percent)s on %(when)s by the rule “%(rule)s”. "
        "A settlement does not change; what you wrote was not recorded."
    ) % {
        "name": settlement.settled_by.name,
        "percent": shown(Fraction(settlement.percent), "%"),
        "when": date_format(when, "DATETIME_FORMAT"),
        "rule": RULE_NAMES[settlement.rule],
    }
