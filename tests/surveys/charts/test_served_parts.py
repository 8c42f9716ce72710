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
