"""Instruments of every shape, for tests of what goes out and comes back."""

from hypothesis import strategies as st

from surveys.instrument.parts import UNPRINTABLE, InstrumentFile, checked
from surveys.visible import is_blank

HOSTILE = [
    "=1+1",
    "=cmd|'/c calc'!A1",
    "+7 701",
    "-",
    "@here",
    "<script>alert(1)</script> & <b>",
    "${age} and $\u200b{age} and ${",
    "_x0041_ _x000D_",
    "“Quoted” ‘so’ – and\u00a0kept",
    "two  spaces,\n\nlines\tand tabs",
    "اكتب هنا \u202bعربي\u202c",
    "🌍👩‍👩‍👧",
    "no",
    "null",
    "~",
    "12:30",
    "2022-05-16",
    "1e3",
    "007",
    "- a\n- list",
    "# comment",
    "key: value",
    "'apostrophe",
    "#N/A",
    "TRUE",
    "\\n %(x)s {0} %",
    "Қазақша ёЁ ўЎ",
]
letters = st.characters(
    codec="utf-8", exclude_categories=["Cs", "Cn", "Co"], exclude_characters="\r\x85"
).filter(lambda sign: not UNPRINTABLE.match(sign))
words = (
    (st.sampled_from(HOSTILE) | st.text(letters, max_size=60))
    .map(str.strip)
    .filter(lambda text: not is_blank(text))
)
codes = st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True)


def distinct(strategy, n):
    return st.lists(strategy, min_size=n, max_size=n, unique=True)


@st.composite
def instruments(draw) -> InstrumentFile:
    """A valid instrument of few parts, its texts in one to three languages."""
    languages = draw(
        st.lists(
            st.sampled_from(["en", "ru", "kk", "ar", "no", "pt-br", "tlh"]),
            min_size=1,
            max_size=3,
            unique=True,
        )
    )

    def texts():
        said = draw(st.lists(st.sampled_from(languages), min_size=1, unique=True))
        return {code: draw(words) for code in said}

    def question(code):
        kind = draw(
            st.sampled_from(["long_text", "single_choice", "multiple_choice", "number"])
        )
        one = {"code": code, "kind": kind, "text": texts()}
        one |= {"required": draw(st.booleans())}
        if draw(st.booleans()):
            one["help"] = texts()
        if kind == "long_text":
            one["max_length"] = draw(st.integers(1, 20000))
        if kind == "number":
            low, high = sorted(draw(distinct(st.integers(-1000, 1000), 2)))
            one |= draw(
                st.sampled_from([{}, {"lowest": low}, {"lowest": low, "highest": high}])
            )
        if "choice" in kind:
            options = draw(distinct(codes, draw(st.integers(1, 3))))
            one["options"] = [{"code": o, "label": texts()} for o in options]
        return one

    asked = iter(draw(distinct(codes, 9)))

    def questions(least=0):
        return [question(next(asked)) for _ in range(draw(st.integers(least, 2)))]

    def cut():
        edges = sorted(draw(st.sets(st.integers(0, 99), max_size=3)))
        lows = [0, *(edge + 1 for edge in edges)]
        highs = [*edges, 100]
        names = draw(distinct(codes, len(lows)))
        return [
            {"code": code, "lowest": low, "highest": high, "name": texts()}
            for code, low, high in zip(names, lows, highs, strict=True)
        ]

    n_dimensions, n_indicators, n_goals = (draw(st.integers(1, 3)) for _ in range(3))
    dimensions = draw(distinct(codes, n_dimensions))
    lowest = draw(st.integers(0, 3))
    return checked(
        {
            "code": draw(codes),
            "version": draw(st.integers(1, 99)),
            "title": texts(),
            "languages": languages,
            "percent_formula": draw(
                st.sampled_from(["percent_of_maximum", "percent_of_range"])
            ),
            "missing_policy": "exclude",
            "scale": [
                {"score": score, "label": texts()}
                for score in range(lowest, lowest + draw(st.integers(2, 4)))
            ],
            "missing": {"dont_know": texts(), "not_applicable": texts()},
            "bands": cut(),
            "dimensions": [
                {"number": n, "code": code, "name": texts(), "description": texts()}
                for n, code in zip(
                    draw(distinct(st.integers(1, 99), n_dimensions)),
                    dimensions,
                    strict=True,
                )
            ],
            "indicators": [
                {
                    "number": n,
                    "code": code,
                    "dimension": draw(st.sampled_from(dimensions)),
                    "name": texts(),
                    "question": texts(),
                }
                for n, code in enumerate(draw(distinct(codes, n_indicators)), start=1)
            ],
            "goals": [
                {
                    "number": n,
                    "code": code,
                    "colour": draw(st.from_regex("#[0-9A-F]{6}", fullmatch=True)),
                    "title": texts(),
                    "full_title": texts(),
                }
                for n, code in zip(
                    draw(distinct(st.integers(1, 99), n_goals)),
                    draw(distinct(codes, n_goals)),
                    strict=True,
                )
            ],
            "goal_questions": questions(),
            "cross_cutting": [
                {"code": code, "title": texts(), "questions": questions(1)}
                for code in draw(distinct(codes, draw(st.integers(0, 2))))
            ],
            "profile": questions(),
            "consent": texts(),
        }
    )
