"""The board as it is now for one member, part by part (validation.board.parts)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from validation.board import pulse
from validation.board.news import written_counts
from validation.board.notes import (
    is_kept_back,
    note_part,
    settlement_of,
    settlement_part,
)
from validation.board.parts import Part, Reader, state_of
from validation.board.standing import agreement_parts
from validation.board.voices import Counts, Panel, Voice
from validation.models import Comment

ARTICLE = '<article class="{}" id="voice-{}" aria-label="{}">{}{}</article>'


@dataclass(frozen=True)
class View:
    """What of a voice differs between its readers."""

    is_mine: bool
    is_backed: bool
    is_withdrawn: bool
    may_support: bool
    may_comment: bool


@dataclass(frozen=True)
class Now:
    """`panel` is None while it is hidden from the member, or kept off the screen."""

    version: pulse.Version
    token: str
    counts: str
    panel: Panel | None
    is_hidden: bool
    mine: Voice | None
    mine_state: str
    settlement: SafeString
    note: SafeString
    agreement: SafeString
    cards: SafeString
    comments: Sequence[SafeString]
    comment_form: SafeString


def board_now(reader: Reader, panel: Panel | None) -> Now:
    """Everything that changes while a board is open.

    `panel` must be None where it is not shown to the reader. On a shared screen nothing
    of it shows while somebody is still blind.
    """
    member, round_goal = reader.member, reader.round_goal
    is_hidden = panel is None
    if panel and reader.is_on_screen and is_kept_back(round_goal, panel):
        panel = None
    mine = panel.voice_of(member) if panel else None
    version = pulse.version_of(
        round_goal,
        is_settled=settlement_of(round_goal) is not None,
        is_shown=not is_hidden,
    )
    counts = panel.counts if panel else Counts()
    return Now(
        version=version,
        token=pulse.make_token(member, round_goal, is_shown=not is_hidden),
        counts=written_counts(counts, version.state),
        panel=panel,
        is_hidden=is_hidden,
        mine=mine,
        mine_state=state_of("mine", round_goal.is_open, mine and mine.proposal.pk),
        settlement=settlement_part(reader, panel).html,
        note=note_part(reader, panel, is_hidden=is_hidden).html,
        agreement=agreement_parts(reader, panel),
        cards=_cards(reader, panel) if panel else SafeString(""),
        comments=[]
        if panel is None
        else [_comment(reader, panel, one).html for one in panel.comments],
        comment_form=_comment_form(reader, panel).html,
    )


def _cards(reader: Reader, panel: Panel) -> SafeString:
    """Every voice as an article; those a page has already, as stubs."""
    return mark_safe("".join(_card(reader, panel, voice) for voice in panel.voices))


def _card(reader: Reader, panel: Panel, voice: Voice) -> str:
    """What a reader sees of a voice depends on four things; the states are kept with
    the panel, so that those who have a card already cost next to nothing."""
    support = voice.support_of(reader.member)
    view = View(
        is_mine=voice.proposal.expert_id == reader.member.pk,
        is_backed=support in voice.supports if support else False,
        is_withdrawn=support in voice.withdrawn if support else False,
        may_support=reader.is_expert and reader.round_goal.is_open,
        may_comment=reader.may_comment,
    )
    is_refused = bool(reader.refused and reader.refused.about in voice.proposals)
    known = panel.states.get((voice.first, view))
    if known and not is_refused and all(state in reader.has for state in known):
        return f'<article id="voice-{voice.first}" data-stub></article>'
    said = _said(reader, panel, voice, view)
    acts = _acts(reader, panel, voice, view, is_refused)
    if not is_refused:
        panel.states[voice.first, view] = (said.state, acts.state)
    name = panel.names.get(voice.proposal.expert_id, "")
    return format_html(
        ARTICLE,
        "proposal is-mine" if view.is_mine else "proposal",
        voice.first,
        _("Proposal of %(name)s") % {"name": name},
        said.html,
        acts.html,
    )


def _said(reader: Reader, panel: Panel, voice: Voice, view: View) -> Part:
    names = panel.names
    made_of = (
        view.is_mine,
        voice.proposal.pk,
        voice.proposal.interest,
        voice.percent,
        names.get(voice.proposal.expert_id),
        [(one.pk, names.get(one.expert_id)) for one in voice.supports],
        [(one.pk, names.get(one.expert_id)) for one in voice.withdrawn],
        [(one.pk, names.get(one.member_id)) for one in voice.comments],
        (voice.interest, voice.is_counted, voice.asked),
    )
    return reader.part(
        f"voice-{voice.first}-said",
        "said",
        made_of,
        lambda: {
            "voice": voice,
            "proposal": voice.proposal,
            "is_mine": view.is_mine,
            "names": names,
            "survey_percent": panel.survey_percent,
            "member": reader.member if view.is_mine else None,
        },
    )


def _acts(
    reader: Reader, panel: Panel, voice: Voice, view: View, is_refused: bool
) -> Part:
    """What the member can do about a proposal."""
    context = {
        "voice": voice,
        "proposal": voice.proposal,
        "name": panel.names.get(voice.proposal.expert_id, ""),
        "is_mine": view.is_mine,
        "is_backed": view.is_backed,
        "is_withdrawn": view.is_withdrawn,
        "may_support": view.may_support
        and not (view.is_mine or view.is_backed or view.is_withdrawn),
        "may_comment": view.may_comment,
    }
    name = f"voice-{voice.first}-acts"
    if is_refused:
        return reader.refused_part(name, "acts", context)
    made_of = (voice.proposal.pk, context["name"], view)
    return reader.part(name, "acts", made_of, lambda: context)


def _comment(reader: Reader, panel: Panel, comment: Comment) -> Part:
    part = f"comment-{comment.pk}"
    for state in panel.states.get(part, ()):
        if state in reader.has:
            return reader.stub(part, state)
    name = panel.names.get(comment.member_id, "")
    made = reader.part(
        part,
        "comment",
        (comment.pk, name),
        lambda: {"comment": comment, "name": name},
    )
    panel.states[part] = (made.state,)
    return made


def _comment_form(reader: Reader, panel: Panel | None) -> Part:
    context = {"may_comment": reader.may_comment and panel is not None}
    if reader.refused and reader.refused.about is None:
        return reader.refused_part("comment-form", "comment_form", context)
    made_of = (context["may_comment"],)
    return reader.part("comment-form", "comment_form", made_of, lambda: context)
