"""What a device takes along so that one can go on without a connection.

Two things: all pages, empty, as they are for everybody (made and compressed once for
each questionnaire and language), and what this respondent has answered so far. The
device puts the two together (static/intake-device.js, static/respond-worker.js), keeps
them for this one link, and removes them once the answers are submitted, some days after
the survey's end, or when asked.
"""

import gzip
import json
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

from django.template.loader import render_to_string

from surveys.intake.answerpages import answer_pages
from surveys.intake.blueprints import KEEP, TOKEN, slot, with_other_marks
from surveys.intake.merging import flat
from surveys.intake.pages import (
    FORM_ID,
    blank_form,
    draft_context,
    page_identity,
    path_of,
    steps,
)
from surveys.intake.progress import progress_of
from surveys.models import Draft

KEPT = 64  # sets of pages, in each process: some 4 MB
# Where a device's page without a connection lies, beside the pages of the link.
AWAY = "away/"
RECEIPT = "the-sealed-receipt"  # as static/respond-worker.js replaces it

_sets: OrderedDict[Hashable, bytes] = OrderedDict()


def blank_pages(draft: Draft) -> bytes:
    """All pages, empty: JSON, compressed with gzip. The same for everybody."""
    what = page_identity(draft)
    found = _sets.get(what)
    if found is None:
        text = with_other_marks(json.dumps(_pages(draft), ensure_ascii=False))
        found = _sets[what] = gzip.compress(text.encode(), mtime=0)
        if len(_sets) > KEPT:
            _sets.popitem(last=False)
    return found


def _pages(draft: Draft) -> dict[str, Any]:
    pages = {path_of(page.key): blank_form(page) for page in answer_pages(draft)}
    for key, template in (
        ("overview", "intake/away.html"),
        ("review", "intake/away_submit.html"),
    ):
        frame = draft_context(draft, key, path_of(key))
        more = {"links": slot("steps"), "receipt": RECEIPT, "languages": ()}
        pages[path_of("overview") + AWAY + key] = render_to_string(
            template, frame | more
        )
    # Most lines stand on every page: each is sent once, pages are the places of theirs.
    lines: dict[str, int] = {}
    return {
        "pages": {
            path: [lines.setdefault(line, len(lines)) for line in page.split("\n")]
            for path, page in pages.items()
        },
        "lines": list(lines),
        "token": TOKEN,
        "keep": KEEP,
        "steps": str(slot("steps")),
    }


def given_so_far(draft: Draft) -> dict[str, Any]:
    """{page: {field: answer}}, and the way with its pages, addresses with TOKEN."""
    progress = progress_of(draft)
    return {
        "given": {
            page.key: flat(page.given(progress.answers)) for page in answer_pages(draft)
        },
        "steps": steps(progress, "", FORM_ID),
        "links": steps(progress, ""),
    }


def forget_everything() -> None:
    """For tests, which take back what they wrote."""
    _sets.clear()
