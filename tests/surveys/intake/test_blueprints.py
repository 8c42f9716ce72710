from surveys.intake.blueprints import TOKEN, Blueprint, control_values, slot

PAGE = f"""<form action="/respond/{TOKEN}/">
<input type="radio" name="rating_1" value="3"><input type="checkbox" name="g" value="5">
<select name="sector"><option value="">&hellip;</option><option value="ngo">A &amp; B
</option></select>
<textarea name="why">
</textarea><input type="text" name="age"><p>{slot("told")}</p></form>"""


def test_what_is_one_persons_own_is_put_into_everybodys_page():
    page = Blueprint(PAGE).filled(
        {"token": "abc", "told": "<b>!</b>"}
        | control_values({"rating_1": "3", "g": ["5"], "sector": "ngo", "age": "34"})
    )

    assert 'action="/respond/abc/"' in page
    assert '<input type="radio" name="rating_1" value="3" checked>' in page
    assert '<input type="checkbox" name="g" value="5" checked>' in page
    assert '<option value="ngo" selected>A &amp; B' in page
    assert '<input type="text" name="age" value="34">' in page
    assert "<p><b>!</b></p>" in page


def test_a_page_without_answers_is_the_page_as_it_was():
    page = Blueprint(PAGE).filled({"token": TOKEN})

    assert page == PAGE.replace(slot("told"), "")


def test_a_text_is_put_in_as_text_never_as_markup():
    values = control_values({"why": "</textarea><script>x</script>", "age": '"><b>'})

    page = Blueprint(PAGE).filled(values)

    assert "<script>" not in page
    assert "<b>" not in page


def test_one_persons_answers_never_stay_in_the_page_of_all():
    blueprint = Blueprint(PAGE)
    blueprint.filled(control_values({"why": "Mine", "rating_1": "3"}))

    assert "Mine" not in blueprint.filled({})
    assert "checked" not in blueprint.filled({})
