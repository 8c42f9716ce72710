"""The settlement rules and what stands in their way, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from validation.consensus import (
    AGREED_MISSING,
    NOBODY_PROPOSED,
    NOTHING_SUPPORTED,
    UNKNOWN_RULE,
)
from validation.models import Confidence, Contribution, Rule

NO_SURVEY_AVERAGE = "no_survey_average"

RULE_NAMES: dict[str, Promise] = {
    Rule.KEEP: _("Keep the survey average"),
    Rule.AGREED: _("Value agreed in the meeting"),
    Rule.MEAN_OF_SUPPORTED: _("Mean of the distinct supported scores"),
    Rule.WEIGHTED_BY_SUPPORTERS: _("Mean weighted by supporters"),
    Rule.MEDIAN_OF_LATEST: _("Median of the latest proposals"),
}
RULE_EXPLANATIONS: dict[str, Promise] = {
    Rule.KEEP: _("What the survey says stands."),
    Rule.AGREED: _(
        "The meeting agrees on a percentage, and the coordinator enters it."
    ),
    Rule.MEAN_OF_SUPPORTED: _(
        "Every percentage that at least one other expert supports counts once."
    ),
    Rule.WEIGHTED_BY_SUPPORTERS: _(
        "Every proposal counts as often as other experts support it."
    ),
    Rule.MEDIAN_OF_LATEST: _(
        "The middle of what each expert proposed last; keeping counts as the survey "
        "average."
    ),
}
NOT_COMPUTABLE: dict[str, Promise] = {
    NOTHING_SUPPORTED: _("No proposal is supported by another expert."),
    NOBODY_PROPOSED: _("Nobody has made a proposal."),
    AGREED_MISSING: _("Needs the value that the meeting agreed on."),
    UNKNOWN_RULE: _("This rule is not known."),
    NO_SURVEY_AVERAGE: _("There is no survey average for this goal."),
}
CONFIDENCE_NAMES: dict[str, Promise] = {
    Confidence.LOW: _("Low"),
    Confidence.MEDIUM: _("Medium"),
    Confidence.HIGH: _("High"),
}
SECTION_NAMES: dict[str, Promise] = {
    Contribution.Section.CHALLENGE: _("Challenge"),
    Contribution.Section.ACHIEVEMENT: _("Achievement"),
    Contribution.Section.RECOMMENDATION: _("Recommendation"),
}
