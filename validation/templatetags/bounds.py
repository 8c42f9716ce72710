"""An estimate's bounds in words: `{% bounds_of proposal survey_percent as words %}`."""

from fractions import Fraction

from django import template
from django.utils.translation import gettext

from surveys.charts.words import shown
from validation.agreement_words import percent
from validation.bounds import standardised
from validation.models import Proposal

register = template.Library()
LEVEL = 80


@register.simple_tag
def bounds_of(proposal: Proposal, survey_percent: Fraction | None = None) -> str:
    """The bounds as given and at 80 percent; empty where none were given.

    For example: 20% to 45%, 50% sure; at 80% sure: 14% to 54%.

    `survey_percent` is what a proposal to keep comes to. Standardised only where the
    bounds hold the estimate and it was not given with 80 percent anyway.
    """
    lower, upper, sureness = proposal.lower, proposal.upper, proposal.sureness
    if lower is None or upper is None or sureness is None:
        return ""
    given = gettext("%(lower)s to %(upper)s, %(sureness)s sure") % {
        "lower": percent(Fraction(lower)),
        "upper": percent(Fraction(upper)),
        "sureness": shown(sureness, "%"),
    }
    best = survey_percent if proposal.percent is None else Fraction(proposal.percent)
    if sureness == LEVEL or best is None or not lower <= best <= upper:
        return given
    at_80 = standardised(best, lower, upper, sureness, to=LEVEL)
    return gettext("%(given)s; at %(level)s sure: %(lower)s to %(upper)s") % {
        "given": given,
        "level": shown(LEVEL, "%"),
        "lower": percent(at_80.lower),
        "upper": percent(at_80.upper),
    }
