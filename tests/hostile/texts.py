"""Texts that would do harm if anything but text were made of them."""

LONG_WORD = "longword" * 40
HOSTILE = {
    "formula": "=SUM(1+1)*cmd|' /C calc'!A0",
    "sum": "+1 and -1 and @SUM",
    "link": "https://example.org/?q=1&r=2#top",
    "markup": '#strong[x] *b* _i_ @ref $x^2$ `raw` // c /* c */ \\ ~ -- <label> "q"',
    "html": "<script>alert(1)</script> &amp; {{ 7*7 }} {% now %}",
    "kazakh": "Әә Ғғ Ққ Ңң Өө Ұұ Үү Һһ Іі ₸",
    "emoji": "😀 👩🏽‍💻 ❤️",
    "long": LONG_WORD,
    "escape": "_x0041_ stays as it is",
}
RIGHT_TO_LEFT = {"hebrew": "שלום עולם", "arabic": "مرحبا بالعالم"}

# What people paste, and what somebody might try, in an answer or a label.
ANSWERS = {
    **HOSTILE,
    **RIGHT_TO_LEFT,
    "turned round": "\u202egnp.exe \u2066 x",
    "command": "=cmd|' /C calc'!A0",
    "minus": "-2+3",
    "closing": "</textarea></script><script>alert(2)</script><img src=x>",
    "attribute": '" autofocus onfocus=alert(4) x="\'',
    "template": "{{ request.user }}{% load x %}%(n)s {0}",
    "family": "👩‍🌾👨‍👩‍👧‍👦🏳️‍🌈",
    "combining": "Z̸͎͝a̷l̵g̶o̴ " * 5,
    "sql": "'; DROP TABLE surveys_answer; --",
    "lines": "one\n\n\ttwo\n- three",
}
TOO_LONG = "ы" * 100_000
