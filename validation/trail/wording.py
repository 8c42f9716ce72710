"""The sentences of a trail."""

from collections.abc import Iterator
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.charts.words import exact, shown
from surveys.scoring import round_half_up
from validation.board.evidence import Evidence
from validation.trail.records import Record
from validation.words import CONFIDENCE_NAMES

Texts = tuple[tuple[str, str], ...]


def percent(value: Fraction | None) -> str:
    """With the decimals it has, two at most: "29.5%"."""
    if value is None:
        return shown(None)
    rounded = round_half_up(value, 2)
    places = next(p for p in (0, 1, 2) if round_half_up(value, p) == rounded)
    return shown(value, "%", places)


def said(name: str, text: str) -> Texts:
    """What somebody wrote, if anything, after the name of what it is."""
    return ((name, text),) if text else ()


def tally(evidence: Evidence) -> str:
    """How many people rated the goal, as far as that may be told."""
    average = evidence.average
    if average.is_suppressed:
        return _("Too few people rated this goal to be shown.")
    if not average.respondents:
        return _("Nobody rated this goal.")
    return ngettext(
        "%(n)d person rated this goal.",
        "%(n)d people rated this goal.",
        average.respondents,
    ) % {"n": average.respondents}


def frozen(record: Record) -> str:
    return _("%(name)s froze the survey’s figures.") % {"name": record.by}


def survey_average(evidence: Evidence) -> Iterator[str]:
    """What stands beside the survey average."""
    average = evidence.average
    if average.percent is None:
        yield _("There is no survey average.")
        return
    yield _("Survey average, with all decimals: %(exact)s. Mean score %(mean)s.") % {
        "exact": exact(average.percent),
        "mean": shown(average.mean, places=2),
    }
    if evidence.low is not None and evidence.high is not None:
        yield _("95%% interval over those who answered: %(low)s to %(high)s.") % {
            "low": shown(evidence.low, "%"),
            "high": shown(evidence.high, "%"),
        }


def opened(record: Record) -> str:
    return _("%(name)s opened round %(number)d: %(title)s.") % {
        "name": record.by,
        "number": record.round,
        "title": record.text,
    }


def rule_frozen(name: str | Promise, explanation: str | Promise) -> str:
    return _("Rule, from then on fixed: %(name)s. %(explanation)s") % {
        "name": name,
        "explanation": explanation,
    }


def blindness(is_blind: bool) -> str:
    if is_blind:
        return _("Blind: experts see the others’ estimates after giving their own.")
    return _("Not blind: experts see the others’ estimates at once.")


def estimate(record: Record, survey_percent: Fraction | None) -> str:
    """The percentage that a proposal comes to."""
    return percent(survey_percent if record.percent is None else record.percent)


def proposed(record: Record, before: Record | None) -> str:
    words = {"name": record.by}
    if before is None and record.choice == "keep":
        return _("%(name)s proposed to keep the survey average.") % words
    if before is None:
        return _("%(name)s proposed to change it.") % words
    return _("%(name)s revised their proposal.") % words


def about_proposal(
    record: Record, before: Record | None, survey_percent: Fraction | None
) -> Iterator[str]:
    """What moved, how sure they are, and who wrote it down."""
    if before is not None:
        yield _what_moved(record, before, survey_percent)
    sure = str(CONFIDENCE_NAMES[record.confidence]).lower()
    yield _("Confidence: %(sure)s.") % {"sure": sure}
    if record.lower is not None and record.upper is not None:
        yield _("%(n)d%% sure that it lies from %(low)s to %(high)s.") % {
            "n": record.sureness,
            "low": percent(Fraction(record.lower)),
            "high": percent(Fraction(record.upper)),
        }
    if record.entered_by:
        yield _("Entered by %(name)s.") % {"name": record.entered_by}
    if not record.is_counted:
        yield not_counted()


def _what_moved(record: Record, before: Record, survey_percent: Fraction | None) -> str:
    now, was = estimate(record, survey_percent), estimate(before, survey_percent)
    if record.choice == before.choice and record.percent == before.percent:
        return _("The percentage stayed at %(now)s.") % {"now": now}
    if record.choice == "keep":
        return _("From %(was)s back to the survey average, %(now)s.") % {
            "was": was,
            "now": now,
        }
    return _("From %(was)s to %(now)s.") % {"was": was, "now": now}


def not_counted() -> str:
    return _("Not counted, because of a declared interest.")


def texts_of_proposal(record: Record) -> Texts:
    return (
        *said("", record.text),
        *said(_("Declared interest:"), record.interest),
    )


def supported(record: Record, proposal: Record, survey_percent: Fraction | None) -> str:
    return _("%(name)s supports the %(percent)s of %(other)s.") % {
        "name": record.by,
        "percent": estimate(proposal, survey_percent),
        "other": proposal.by,
    }


def withdrew(record: Record, proposal: Record, survey_percent: Fraction | None) -> str:
    return _("%(name)s took back the support for the %(percent)s of %(other)s.") % {
        "name": record.by,
        "percent": estimate(proposal, survey_percent),
        "other": proposal.by,
    }


def commented(record: Record, proposal: Record | None) -> str:
    if proposal is None:
        return _("%(name)s commented.") % {"name": record.by}
    return _("%(name)s commented on the proposal of %(other)s.") % {
        "name": record.by,
        "other": proposal.by,
    }


def revealed(record: Record) -> str:
    return _("%(name)s revealed the estimates to the whole panel.") % {
        "name": record.by
    }


def met(record: Record) -> str:
    return _("Meeting %(number)d: %(place)s.") % {
        "number": record.meeting,
        "place": record.place,
    }


def came(names: list[str]) -> str:
    if not names:
        return _("Who came is not recorded.")
    return _("Came: %(names)s.") % {"names": ", ".join(names)}


def contributed(record: Record) -> str:
    name = record.by or _("A participant")
    sentences = {
        "challenge": _("%(name)s named a challenge."),
        "achievement": _("%(name)s named an achievement."),
        "recommendation": _("%(name)s made a recommendation."),
    }
    return sentences[record.section] % {"name": name}


def settled(record: Record) -> str:
    return _("%(name)s settled the goal.") % {"name": record.by}


def settled_figure(record: Record) -> str:
    """As printed, and with all decimals where that differs."""
    printed = shown(record.percent, "%")
    if record.percent is None or record.percent.denominator == 1:
        return printed
    return f"{printed} ({exact(record.percent)})"


def by_rule(name: str | Promise, working: str) -> str:
    if not working:
        return _("Rule: %(rule)s.") % {"rule": name}
    return _("Rule: %(rule)s. Worked out: %(working)s.") % {
        "rule": name,
        "working": working,
    }


def texts_of_settlement(record: Record) -> Texts:
    return (*said(_("Reason:"), record.text), *said(_("Dissent:"), record.dissent))


def closed(record: Record) -> str:
    return _("%(name)s closed round %(number)d.") % {
        "name": record.by,
        "number": record.round,
    }
