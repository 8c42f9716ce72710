"""Makes a respondent's pages: what is the same for everyone once, the rest each time.

Every page is rendered with TOKEN and KEEP where the link's token and the name of what
this device keeps belong. A page that is opened comes from a blueprint; one that has
something to say about what was sent is rendered whole, from the same templates.
"""

import hashlib
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, get_language_info

from surveys.intake.answerpages import AnswerPage
from surveys.intake.blueprints import (
    KEEP,
    TOKEN,
    Blueprint,
    blueprint,
    control_values,
    piece,
    slot,
)
from surveys.intake.merging import flat, marks_of, written
from surveys.intake.moments import moment_html
from surveys.intake.progress import Page, Progress
from surveys.intake.rows import stamp_of
from surveys.localized import text_in
from surveys.models import Draft, Scorecard

FORM_ID = "answers"
Context = Mapping[str, Any]


def languages_of(asked: Scorecard | Draft) -> list[tuple[str, str]]:
    """(code, name in that language) of each language one may answer in."""
    known = dict(settings.LANGUAGES)
    return [(code, known.get(code) or _own_name(code)) for code in asked.languages]


def _own_name(code: str) -> str:
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return code


def common_context(scorecard: Scorecard) -> dict[str, Any]:
    return {
        "scorecard": scorecard,
        "notice": text_in(scorecard.notice),
        "closes": moment_html(scorecard.closes_at, scorecard),
        "ends": moment_html(scorecard.ends_at, scorecard),
        "is_late": scorecard.has_closed(timezone.now()),
    }


def keep_of(draft: Draft) -> str:
    """What a device calls what it keeps of this draft; no way back to the token."""
    return draft.link_hash[:16]


def for_this_draft(html: str, draft: Draft, token: str) -> str:
    """The page with the link's own token in it."""
    return html.replace(TOKEN, token).replace(KEEP, keep_of(draft))


def draft_context(draft: Draft, key: str, path: str) -> dict[str, Any]:
    """What the frame of every page of a draft needs."""
    return common_context(draft.scorecard) | {
        "languages": languages_of(draft),
        "is_trial": draft.is_test,
        "key": key,
        "token": TOKEN,
        "keep": f"scorecard:{KEEP}:{key}",
        "kept": f"scorecard:{KEEP}:",
        "pages_mark": pages_mark(draft),
        "path": path,
    }


def pages_mark(draft: Draft) -> str:
    """Names the state of the pages: a device that has another one fetches them anew."""
    instrument = draft.instrument
    fields = [
        repr(getattr(draft.scorecard, field.attname))
        for field in draft.scorecard._meta.concrete_fields
    ]
    files = [static(name) for name in ("intake.js", "intake-device.js", "intake.css")]
    state = [*fields, instrument.checksum, str(get_language()), *files]
    return hashlib.sha256("|".join(state).encode()).hexdigest()[:16]


def opened(
    request: HttpRequest,
    draft: Draft,
    token: str,
    template: str,
    *,
    key: str,
    variant: Hashable = None,
    values: Mapping[str, str],
    context: Callable[[], Context],
) -> HttpResponse:
    """A page as it is opened: everybody's blueprint with this respondent's `values`.

    `context` is asked only where there is no blueprint yet; `variant` names what else
    it depends on. Nothing personal may come of it.
    """
    plan = _plan(draft, template, key, variant, context)
    return _answered(request, draft, token, plan, values)


def _answered(
    request: HttpRequest,
    draft: Draft,
    token: str,
    plan: Blueprint,
    values: Mapping[str, str],
) -> HttpResponse:
    own = {
        name: for_this_draft(html, draft, token) if TOKEN in html else html
        for name, html in values.items()
    }
    own |= {"token": token, "keep": keep_of(draft), "told": _told(request)}
    return HttpResponse(plan.filled(own))


def page_identity(draft: Draft) -> tuple[Hashable, ...]:
    """What all pages of this draft have in common with others'."""
    scorecard, instrument = draft.scorecard, draft.instrument
    return (
        *(get_language(), draft.is_test, instrument.pk, instrument.checksum),
        *(stamp_of(scorecard), scorecard.has_closed(timezone.now())),
    )


def _plan(
    draft: Draft,
    template: str,
    key: str,
    variant: Hashable,
    context: Callable[[], Context],
) -> Blueprint:
    def make() -> str:
        frame = draft_context(draft, key, path_of(key)) | {"told": slot("told")}
        return render_to_string(template, {**frame, **context()})

    return blueprint((template, key, variant, page_identity(draft)), make)


def _form_plan(
    draft: Draft, template: str, key: str, context: Callable[[], Context]
) -> Blueprint:
    def blank() -> Context:
        slots = {"base": slot("base"), "steps": slot("steps"), "form_id": FORM_ID}
        return {**slots, **context()}

    return _plan(draft, template, key, None, blank)


def blank_form(page: AnswerPage) -> str:
    """The page for everybody: TOKEN, KEEP and the slot of the steps still in it."""
    plan = _form_plan(
        page.draft, page.template, page.key, lambda: page.context(page.form())
    )
    return plan.filled(
        {"token": TOKEN, "keep": KEEP, "base": "{}", "steps": slot("steps")}
    )


def opened_form(
    request: HttpRequest,
    progress: Progress,
    token: str,
    template: str,
    *,
    key: str,
    given: Mapping[str, Any],
    context: Callable[[], Context],
) -> HttpResponse:
    """A page with a form as it is opened. `given`: {field name: stored answer}."""

    values = control_values(_shown(given))
    values["base"] = escape(written(marks_of(given)))
    values["steps"] = steps(progress, key, FORM_ID)
    plan = _form_plan(progress.draft, template, key, context)
    return _answered(request, progress.draft, token, plan, values)


def whole_form(
    progress: Progress, token: str, template: str, *, key: str, context: Context
) -> str:
    """The same page with all that its form has to say about what was sent."""
    draft, form = progress.draft, context["form"]
    frame = draft_context(draft, key, path_of(key)) | {
        "base": form.base_field,
        "steps": mark_safe(steps(progress, key, FORM_ID)),  # noqa: S308 - rendered
        "form_id": FORM_ID,
    }
    return for_this_draft(
        render_to_string(template, {**frame, **context}), draft, token
    )


def _shown(given: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """What the controls show. Of a list every chosen option."""
    shown: dict[str, str | list[str]] = {}
    for key, answer in flat(given).items():
        name, is_option, option = key.partition("=")
        if is_option:
            chosen = shown.setdefault(name, [])
            if isinstance(chosen, list):
                chosen.append(option)
        else:
            shown[name] = answer
    return shown


def path_of(key: str) -> str:
    """The address of a page, with TOKEN in it."""
    kind, _, which = key.partition("-")
    if kind in ("goal", "section"):
        return reverse(f"intake_{kind}", args=[TOKEN, which])
    name = {"overview": "resume", "about-you": "profile"}.get(key, key)
    return reverse(f"intake_{name}", args=[TOKEN])


def steps(progress: Progress, key: str, form_id: str = "") -> str:
    """The way with its pages, how far each is filled, and where one is."""
    language = get_language() or ""
    keys = [page.key for page in progress.way]
    items = [
        piece(
            "intake/step.html",
            language,
            key=page.key,
            name=page.name,
            url=page.url,
            filled=progress.filled_on(page),
            fields=page.fields,
            is_current=page.key == key,
            form_id=form_id,
        )
        for page in progress.way
    ]
    frame = piece(
        "intake/steps.html",
        language,
        place=keys.index(key) + 1 if key in keys else None,
        total=len(keys),
        items=slot("items"),
    )
    return frame.replace(slot("items"), "".join(items))


def listed(template: str, pages: list[Page]) -> str:
    """One piece for each page, one after the other."""
    language = get_language() or ""
    return "".join(piece(template, language, page=page) for page in pages)


def goal_to_review(page: Page, names: Mapping[int, str]) -> str:
    """How far a goal is filled. `names`: of the indicators, by their numbers."""
    language = get_language() or ""
    row = piece(
        "intake/review_goal.html",
        language,
        page=page._replace(gaps=()),
        gaps=slot("gaps") if page.gaps else "",
    )
    gaps = "; ".join(
        piece("intake/gap.html", language, url=page.url, number=n, name=names[n])
        for n in page.gaps
    )
    return row.replace(slot("gaps"), gaps)


# ------------------------------------------------------------ said on the next page


def _signer() -> Signer:
    return Signer(salt="surveys.intake.pages.told")


def telling(url: str, text: str) -> str:
    """The address of a page that says this text first."""
    return f"{url}?told={_signer().sign_object(text)}"


def _told(request: HttpRequest) -> str:
    said = request.GET.get("told")
    if not said or request.method == "POST":
        return ""
    try:
        text = _signer().unsign_object(said)
    except BadSignature:
        return ""
    return render_to_string("intake/told.html", {"text": text})
