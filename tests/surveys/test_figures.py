"""Figures as people read them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.template import Context, Template
from django.utils import translation

from surveys.templatetags.figures import percent, percent_as_given, score


def test_a_percentage_is_rounded_half_up_where_it_is_shown():
    assert percent(Fraction(61, 2)) == "31%"
    assert percent(Fraction(88, 3)) == "29%"
    assert percent(0) == "0%"


def test_a_score_has_one_decimal():
    assert score(Fraction(1753, 1000)) == "1.8"


@pytest.mark.parametrize(
    ("given", "shown"),
    [("29.50", "29.5%"), ("29.00", "29%"), ("29.25", "29.25%"), ("0.05", "0.05%")],
)
def test_what_somebody_typed_keeps_its_decimals(given, shown):
    assert percent_as_given(Decimal(given)) == shown


def test_no_figure_is_said_in_words():
    assert percent(None) == score(None) == percent_as_given(None) == "no figure"


def test_the_decimal_sign_is_that_of_the_language():
    with translation.override("ru"):
        assert score(Fraction(1753, 1000)) == "1,8"


def test_a_band_is_looked_up_with_the_rounded_percentage(instrument):
    source = Template("{% load figures %}{% band instrument value %}")

    def shown(value):
        return source.render(Context({"instrument": instrument, "value": value}))

    assert shown(Fraction(61, 2)) == '<span class="band band-2 bands-4">Low</span>'
    assert shown(30) == '<span class="band band-1 bands-4">Very low</span>'
    assert shown(None) == ""
