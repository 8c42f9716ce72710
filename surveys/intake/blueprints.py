"""Pages made once for everyone, with slots for what is one person's own.

Nearly all of a respondent's page is the same for everybody who is asked the same in
the same language, and making it is nearly all of what it costs. So it is rendered once,
with marks that no text can hold where something personal belongs; from then on a page
is that text, cut at its marks, and the personal parts between.
"""

import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from html.parser import HTMLParser

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# Drawn anew by every process: nobody can write them into an answer or a questionnaire.
_SECRET = secrets.token_hex(8)
TOKEN = f"TOKEN{_SECRET}"
KEEP = secrets.token_hex(8)
KEPT = 600  # pages, in each process: some 25 MB

Values = Mapping[str, str]


def slot(name: str) -> SafeString:
    """The mark that stands for a part called `name`."""
    return mark_safe(f"[{_SECRET}:{name}]")  # noqa: S308 - no text of a user's in it


def with_other_marks(text: str) -> str:
    """The same with marks that give away none of this process's own."""
    for own in (_SECRET, KEEP):
        text = text.replace(own, secrets.token_hex(8))
    return text


_MARK = re.compile(rf"\[{_SECRET}:([^\]]*)\]|({TOKEN})|({KEEP})")


class Blueprint:
    """A page with slots. Each control of its forms has one, made by itself:

    `rating_1=3`: a radio button, checkbox or option, chosen or not; `answer_why`: the
    text of a field. `token` and `keep` stand wherever the page was given TOKEN or KEEP.
    """

    def __init__(self, html: str) -> None:
        pieces = _MARK.split(_with_slots(html))
        self._texts = pieces[::4]
        self._names = [
            name or ("token" if token else "keep")
            for name, token, _ in zip(
                pieces[1::4], pieces[2::4], pieces[3::4], strict=True
            )
        ]

    def filled(self, values: Values) -> str:
        """The page; a slot without a value stays empty. Values are HTML already."""
        parts = [""] * (len(self._texts) + len(self._names))
        parts[::2] = self._texts
        parts[1::2] = [values.get(name, "") for name in self._names]
        return "".join(parts)


class _Controls(HTMLParser):
    """Copies a page and gives every control of its forms a slot."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.copy: list[str] = []
        self.select = self.textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        text = self.get_starttag_text() or ""
        given = {name: value or "" for name, value in attrs}
        if tag == "select":
            self.select = given.get("name", "")
        if tag == "textarea":
            self.textarea = given.get("name", "")
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "option" and self.select:
            text = _before_end(text, f"{self.select}={value}:s")
        elif tag == "input" and given.get("type") in ("radio", "checkbox"):
            text = _before_end(text, f"{name}={value}")
        elif tag == "input" and given.get("type") == "text":
            text = _before_end(text, f"{name}:v")
        self.copy.append(text)

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""
        if tag == "textarea":
            self.copy.append(slot(self.textarea))
        self.copy.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.copy.append(data)

    def handle_entityref(self, name: str) -> None:
        self.copy.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.copy.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.copy.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.copy.append(f"<!{decl}>")


def _before_end(tag: str, name: str) -> str:
    return tag.rstrip("/> ") + slot(name) + ">"


def _with_slots(html: str) -> str:
    parser = _Controls()
    parser.feed(html)
    parser.close()
    return "".join(parser.copy)


def control_values(answers: Mapping[str, str | list[str]]) -> dict[str, str]:
    """The slots of a form's controls, from {field name: what it shows}."""
    values = {}
    for name, shown in answers.items():
        for one in shown if isinstance(shown, list) else [shown]:
            values[f"{name}={one}"] = " checked"
            values[f"{name}={one}:s"] = " selected"
        if isinstance(shown, str) and shown:
            text = escape(shown)
            values[name] = text
            values[f"{name}:v"] = f' value="{text}"'
    return values


_pages: OrderedDict[Hashable, Blueprint] = OrderedDict()


def blueprint(what: Hashable, make: Callable[[], str]) -> Blueprint:
    """The page kept as `what`; made, and kept, if there is none."""
    found = _pages.get(what)
    if found is None:
        found = _pages[what] = Blueprint(make())
        if len(_pages) > KEPT:
            _pages.popitem(last=False)
    return found


@lru_cache(maxsize=20_000)
def piece(template: str, language: str, **context: Hashable) -> str:
    """A small part of a page, made once for each context. Its addresses hold TOKEN."""
    return render_to_string(template, context).strip()


def forget_everything() -> None:
    """For tests, which take back what they wrote."""
    _pages.clear()
    piece.cache_clear()
