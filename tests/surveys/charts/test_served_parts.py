"""What the browser is given: unchanged parts, no dangling addresses, no inline code."""

import hashlib
import re
from pathlib import Path

from django.template.loader import render_to_string

STATIC = Path(__file__).resolve().parents[3] / "static"
VENDOR = STATIC / "vendor"


def test_parts_are_what_their_checksums_say() -> None:
    lines = (VENDOR / "CHECKSUMS.sha256").read_text().splitlines()
    listed = dict(reversed(line.split(maxsplit=1)) for line in lines)
    for name, checksum in listed.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == checksum, (
            name
        )
    files = {str(p.relative_to(VENDOR)) for p in VENDOR.rglob("*") if p.is_file()}
    assert files - set(listed) == {"README.md", "CHECKSUMS.sha256"}


def test_stylesheets_and_scripts_point_only_at_what_is_there() -> None:
    for path in [*STATIC.rglob("*.css"), *STATIC.rglob("*.js")]:
        text = path.read_text()
        assert "sourceMappingURL" not in text, path
        if path.suffix == ".css":
            for address in re.findall(r'url\("?([^")]+)"?\)', text):
                is_there = (path.parent / address).exists()
                assert address.startswith("data:") or is_there, address


def test_the_page_frame_renders_for_a_stranger_without_inline_code() -> None:
    page = render_to_string("base.html")
    assert page.startswith("<!doctype html>")
    assert 'class="skip-link" href="#content"' in page
    assert "<style" not in page
    assert " style=" not in page
    for attributes, code in re.findall(r"<script([^>]*)>(.*?)</script>", page):
        assert "src=" in attributes
        assert not code


FACE = re.compile(
    r'font-family:"(?P<family>[^"]+)";font-weight:(?P<weight>\d+);font-style:normal;'
    r'.*?url\("(?P<file>[^"]+)"\).*?unicode-range:(?P<range>[^}]+)}'
)


def signs_of(ranges: str) -> set[int]:
    """U+41-43,U+61 -> {0x41, 0x42, 0x43, 0x61}"""
    ends = [one.removeprefix("U+").partition("-") for one in ranges.split(",")]
    return {
        sign
        for first, _, last in ends
        for sign in range(int(first, 16), int(last or first, 16) + 1)
    }


def test_each_sign_is_fetched_in_one_piece_and_alphabets_apart() -> None:
    pieces: dict[tuple[str, str], dict[int, str]] = {}
    for found in FACE.finditer((STATIC / "site.css").read_text()):
        known = pieces.setdefault((found["family"], found["weight"]), {})
        signs = signs_of(found["range"])
        assert not signs & known.keys(), found["file"]
        known |= dict.fromkeys(signs, found["file"])

    for (family, weight), known in pieces.items():
        for words in ("Әділ ғұмыр, қоңыр өлке: үй, һәм ітақ", "Съешь ещё «мёда»"):
            files = {known[ord(sign)] for sign in words}
            assert all("scorecard-serif" in file for file in files), (family, weight)
        letters = {known[ord(sign)] for sign in "AZaz"}
        assert letters.isdisjoint({known[ord(sign)] for sign in "ЯяІҰҚә"})
    assert len(pieces) == 4
    bold = pieces["Scorecard Serif", "600"]
    assert bold[ord("A")] not in {bold[ord(sign)] for sign in "0–,« "}
