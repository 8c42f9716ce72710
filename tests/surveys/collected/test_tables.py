"""From a file of another program to responses: all of it, or nothing, and once."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from surveys.collected.tables.checking import check_sheet
from surveys.collected.tables.forms import MatchingForm, read_sheet
from surveys.collected.tables.glimpse import glimpses
from surveys.collected.tables.keeping import (
    keep,
    keep_matching,
    kept_table,
    let_go,
)
from surveys.collected.tables.services import (
    KIND,
    TableRefused,
    remember,
    request_intake,
    take_in,
)
from surveys.collected.window import NotYetOpen
from surveys.frozen import FiguresFrozen
from surveys.jobs.services import claim_next_job, run_job
from surveys.models import Job, Response, TableIntake, TableMatching
from surveys.sheets import kinds, refusals
from surveys.sheets.reading import Unreadable
from surveys.tallies import read_tallies, recount_tallies
from tests import factories
from tests.surveys.collected import sheets
from tests.surveys.collected.sheets import csv_of, plain, row, xlsx_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path / "sheets" / "responses"


@pytest.fixture
def kept(coordinator):
    """kept(content) -> the table with everything guessed."""

    def make(content, name="forms.csv", by=coordinator):
        found = keep(by, read_sheet(content), name)
        form = MatchingForm(by, found.sheet, None)
        remember(
            scorecard=by.scorecard,
            kept=found,
            matching=form.matching,
            now=timezone.now(),
        )
        return keep_matching(found, by.scorecard_id, form.matching)

    return make


@pytest.fixture
def check(kept, scorecard):
    def checked(content):
        one = kept(content)
        return check_sheet(scorecard, one.sheet, one.matching, TODAY)

    return checked


@pytest.fixture
def take(kept, coordinator):
    def taken(content, **more):
        return take_in(by=coordinator, kept=kept(content, **more), now=timezone.now())

    return taken


def problems(checked):
    return {
        (one.number, column): words
        for one in checked.with_problems
        for column, words in one.problems
    }


# -------------------------------------------------------------------- what is taken in


def test_a_row_becomes_a_response(take, scorecard):
    headings = [*sheets.PLAIN[:1], "submitdate", *sheets.PLAIN[2:]]
    take(csv_of(headings, row(submitdate="2022-05-10", gender="Woman")))

    stored = Response.objects.get()
    assert (stored.origin, stored.language) == ("table", "en")
    assert stored.submitted_on == date(2022, 5, 10)
    assert stored.profile == {"sector": "ngo", "gender": "woman", "age": 34}
    goals = {one.goal.number: one for one in stored.answers.select_related("goal")}
    assert {n: one.ratings for n, one in goals.items()} == {1: "1234", 5: "5?/-"}
    assert goals[5].texts == {"why": "Shelters closed."}
    assert read_tallies(scorecard) == recount_tallies(scorecard)
    assert read_tallies(scorecard).responses == 1


@pytest.mark.parametrize(
    ("sign", "encoding"),
    [(";", "utf-8"), ("\t", "utf-16"), (",", "windows-1251"), (";", "utf-8-sig")],
)
def test_signs_and_encodings_are_told_by_themselves(take, sign, encoding):
    take(plain(row(goal5_why="Приюты закрыты"), sign=sign, encoding=encoding))

    answer = Response.objects.get().answers.get(goal__number=5)
    assert answer.texts == {"why": "Приюты закрыты"}


def test_a_workbook_with_numbers_and_days(take):
    headings = ["ID", "Timestamp", "goal1_laws", "goal1_plans", "sector", "age"]
    content = xlsx_of(headings, [7, 44691.6, 3, 4.0, "University", 34])

    take(content, name="forms.xlsx")

    stored = Response.objects.get()
    assert stored.submitted_on == date(2022, 5, 10)
    assert stored.answers.get().ratings == "34--"
    assert stored.profile == {"sector": "university", "age": 34}


def test_the_same_file_again_adds_nothing(take):
    content = plain(row(), row(id="r2"), row(id="r3", goal1_laws="5"))
    take(content)
    before = list(Response.objects.order_by("pk").values())

    again = take(content)

    assert (again.added, again.known, again.changed) == (0, 3, 0)
    assert list(Response.objects.order_by("pk").values()) == before


def test_a_table_without_days_is_known_on_another_day(kept, take, scorecard):
    content = plain(row())
    take(content)
    one = kept(content)

    checked = check_sheet(scorecard, one.sheet, one.matching, date(2099, 1, 1))

    assert [one.number for one in checked.known] == [2]


def test_a_file_that_has_grown_adds_what_is_new(take):
    take(plain(row()))

    grown = take(plain(row(), row(id="r2")))

    assert (grown.added, grown.known) == (1, 1)
    assert Response.objects.count() == 2


def test_a_changed_row_of_a_known_id_is_told_and_not_doubled(take, check):
    take(plain(row()))
    changed = plain(row(goal1_laws="5"), row(id="r2"))

    assert [one.number for one in check(changed).changed] == [2]
    taken = take(changed)

    assert (taken.added, taken.changed) == (1, 1)
    assert {one.ratings[0] for one in _answers(1)} == {"1"}


def _answers(goal):
    return [r.answers.get(goal__number=goal) for r in Response.objects.all()]


def test_without_ids_a_row_is_known_by_what_stands_in_it(take):
    headings = [name for name in sheets.PLAIN if name != "id"]
    twins = csv_of(headings, row(), row(), row(goal1_laws="5"))

    assert take(twins).added == 3
    again = take(csv_of(headings, row(), row(goal1_laws="5"), row(), row()))

    assert (again.added, again.known) == (1, 3)


def test_a_table_taken_in_without_ids_is_known_when_they_are_chosen(
    kept, scorecard, coordinator
):
    table = kept(plain(row(), row(id="r2")))
    matching = table.matching
    without = replace(matching, columns=["", *matching.columns[1:]])
    kept_so = keep_matching(table, scorecard.pk, without)
    take_in(by=coordinator, kept=kept_so, now=timezone.now())

    checked = check_sheet(scorecard, table.sheet, matching, TODAY)

    assert (len(checked.known), len(checked.adding)) == (2, 0)


def test_no_identifier_is_stored_and_nothing_made_of_it_alone(take):
    take(plain(row(id="aigul@example.org")))

    with connection.cursor() as cursor:
        for table in ("response", "answer", "tableintake", "tablematching"):
            cursor.execute(f"SELECT * FROM surveys_{table}")
            assert "aigul" not in str(cursor.fetchall())


def test_options_in_one_cell_or_in_columns_of_their_own(standard_instrument):
    card = factories.make_scorecard(instrument=standard_instrument, slug="standard")
    by = factories.make_member(scorecard=card, role="coordinator")
    question = standard_instrument.questions.get(code="marginalised_groups")
    one, two = question.options[0], question.options[1]
    in_columns = [f"marginalised_groups/{o['code']}" for o in (one, two)]
    content = csv_of(
        ["id", "goal1_legal_framework", "sector", "marginalised_groups", *in_columns],
        ["1", "3", "ngo", f"{one['label']['en']}; {two['label']['en']}", "", ""],
        ["2", "3", "ngo", f"{one['code']} {two['code']}", "", ""],
        ["3", "3", "ngo", "", "1", "0"],
        ["4", "3", "ngo", "", two["label"]["en"], "Yes"],
    )
    sheet = read_sheet(content)
    form = MatchingForm(by, sheet, None)
    checked = check_sheet(card, sheet, form.matching, TODAY)

    given = [
        one.submission.cross_cutting if one.submission else one.problems
        for one in checked.rows
    ]
    both = {"marginalised_groups": [one["code"], two["code"]]}
    assert given[0] == given[1] == both
    assert given[2] == {"marginalised_groups": [one["code"]]}
    assert "does not say" in given[3][0][1]


# ------------------------------------------------------------ each problem is named


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"goal1_laws": "7"}, "goal1_laws", "“7” is not matched"),
        ({"goal1_laws": "-1"}, "goal1_laws", "not matched"),
        ({"goal1_laws": "=cmd|' /C calc'!A0"}, "goal1_laws", "not matched"),
        ({"goal5_why": "x" * 201}, "goal5_why", "longer than 200"),
        ({"goal5_why": "x" * 100_000}, "goal5_why", "longer than 200"),
        ({"sector": "Army"}, "sector", "not matched"),
        ({"sector": ""}, "sector", "is required"),
        ({"age": "7"}, "age", "from 14 to 110"),
        ({"age": "thirty"}, "age", "whole number"),
        ({"age": "34.5"}, "age", "whole number"),
        ({"id": ""}, "id", "identifier is missing"),
        ({"submitdate": ""}, "submitdate", "day is missing"),
        ({"submitdate": "soon"}, "submitdate", "is not a day"),
        ({"submitdate": "2999-01-01"}, "submitdate", "2000 and today"),
        ({"submitdate": "1999-01-01"}, "submitdate", "2000 and today"),
    ],
)
def test_each_problem_is_named_by_row_and_column(check, changes, column, words):
    headings = ["submitdate", *sheets.PLAIN]
    good = row(submitdate="2022-05-10")
    checked = check(csv_of(headings, good | {"id": "first"}, good | changes))

    assert list(problems(checked)) == [(3, column)]
    assert words in problems(checked)[3, column]
    assert not checked.can_be_taken


def test_every_problem_of_a_row_is_named_at_once(check):
    checked = check(plain(row(goal1_laws="7", sector="Army", age="7", goal5_plans="x")))

    assert {column for _, column in problems(checked)} == {
        "goal1_laws",
        "goal5_plans",
        "sector",
        "age",
    }


def test_an_id_that_stands_twice_names_the_first(check):
    checked = check(plain(row(), row(goal1_laws="2")))

    assert problems(checked) == {(3, "id"): "Row 2 has the same identifier."}


def test_one_bad_row_keeps_all_out(take):
    with pytest.raises(TableRefused, match="rows 3"):
        take(plain(row(), row(id="r2", goal1_laws="7")))

    assert Response.objects.count() == 0
    assert TableIntake.objects.count() == 0


def test_rows_without_an_answer_are_left_out_and_told(check):
    nothing = dict.fromkeys(sheets.PLAIN, "")
    checked = check(plain(row(), nothing | {"id": "r2", "sector": "ngo"}))

    assert [one.number for one in checked.empty] == [3]
    assert len(checked.adding) == 1


def test_what_is_text_stays_text(take):
    text = "<script>alert(1)</script> 🌍 \u202eאבג"
    take(plain(row(goal5_why=text), row(id="r2", goal5_why="'=1+1")))

    texts = {one.texts["why"] for one in _answers(5)}
    assert texts == {text, "=1+1"}


def test_two_columns_of_one_name_are_told_apart(check):
    content = csv_of(
        ["id", "goal1_laws", "Comment", "Comment", "", "sector"],
        ["1", "3", "a", "b", "under no heading", "ngo"],
    )

    assert check(content).can_be_taken
    remembered = TableMatching.objects.get().columns
    assert {"Comment", "Comment (2)", "E"} <= set(remembered)


# ------------------------------------------------------------ files that are no tables


def bomb():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60 * 1024**2)
    return written.getvalue()


def merged():
    import xlsxwriter

    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 3, "Goal 1")
        sheet.write(0, 4, "id")
        sheet.write_row(1, 0, [1, 2, 3, 4, 5])
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", kinds.EMPTY),
        (b" \n ", kinds.EMPTY),
        (b"a,b\x00c\n1,2", refusals.NULL_BYTE),
        (b"\x89PNG\r\n\x1a\n\x00\x00", kinds.NO_TEXT),
        ("имя;оценка\nЯ;5".encode("koi8-r"), refusals.UNKNOWN_ENCODING),
        (b"\xff\xfea", refusals.UNKNOWN_ENCODING),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, kinds.OLD_WORKBOOK),
        (b"PK\x03\x04 no zip", kinds.BROKEN_WORKBOOK),
        (xlsx_of(["id"], ["1"])[:2000], kinds.BROKEN_WORKBOOK),
        (merged(), refusals.MERGED_HEADINGS),
        (b"id,x,y\n1,a,b\n2", refusals.CUT_OFF),
        (b'id,x\n1,a\n2,"b\n3,c\n4,d\n', refusals.UNCLOSED),
        (bomb(), refusals.UNPACKS_TOO_LARGE),
        (csv_of(["x"] * 801, ["1"] * 801), refusals.TOO_MANY_COLUMNS),
        (csv_of(["id", "x"], *[["1", "2"]] * 5001), refusals.TOO_MANY_ROWS),
        (b"x" * (20 * 1024**2 + 1), kinds.TOO_LARGE),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_read_says_why(content, reason):
    with pytest.raises(Unreadable) as refused:
        read_sheet(content)

    assert refused.value.reason == reason


def test_a_workbook_with_a_million_empty_rows_is_read(take):
    import xlsxwriter

    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "goal1_laws", "sector"])
        sheet.write_row(1, 0, ["1", 3, "ngo"])
        sheet.write_row(1_048_575, 0, ["2", 4, "ngo"])

    take(written.getvalue())

    assert Response.objects.count() == 2


# --------------------------------------------------------------------- when, and by job


def test_nothing_is_taken_in_before_the_survey_opens_or_after_figures_are_frozen(
    kept, closed_scorecard, coordinator, instrument
):
    table = kept(plain(row()))
    assert take_in(by=coordinator, kept=table, now=timezone.now()).added == 1
    factories.freeze(closed_scorecard, by=coordinator)
    with pytest.raises(FiguresFrozen):
        take_in(by=coordinator, kept=table, now=timezone.now())

    later = timezone.now() + factories.DAY
    card = factories.make_scorecard(instrument=instrument, slug="x", opens_at=later)
    by = factories.make_member(scorecard=card, role="coordinator")
    with pytest.raises(NotYetOpen):
        take_in(by=by, kept=kept(plain(row()), by=by), now=timezone.now())
    assert Response.objects.filter(origin="table").count() == 1


def run(job):
    claimed = claim_next_job(timezone.now())
    assert claimed == job
    run_job(claimed)
    job.refresh_from_db()


def test_a_worker_takes_it_in_and_removes_the_file(kept, coordinator, folder):
    table = kept(plain(row(), row(id="r2")))
    job = request_intake(by=coordinator, kept=table, now=timezone.now())

    run(job)

    assert (job.state, job.kind) == (Job.State.DONE, KIND)
    assert Response.objects.count() == 2
    assert kept_table(coordinator.scorecard_id, table.key) is None
    assert list(folder.iterdir()) == []


def test_a_worker_that_was_killed_after_the_end_leaves_nothing_to_do_twice(
    kept, coordinator
):
    table = kept(plain(row(), row(id="r2")))
    job = request_intake(by=coordinator, kept=table, now=timezone.now())
    take_in(by=coordinator, kept=table, now=timezone.now(), job=job)
    let_go(table.key)

    run(job)

    assert (job.state, job.error) == (Job.State.DONE, "")
    assert Response.objects.count() == 2
    assert TableIntake.objects.get().added == 2


def test_a_worker_that_comes_too_late_says_so(kept, coordinator, scorecard):
    table = kept(plain(row()))
    job = request_intake(by=coordinator, kept=table, now=timezone.now())
    keep_matching(table, scorecard.pk, MatchingForm(coordinator, table.sheet, None, {
        "column_2": "rating.1.laws"}).matching)  # fmt: skip

    run(job)

    assert job.state == Job.State.FAILED
    assert "send it again" in job.error
    assert Response.objects.count() == 0


def test_a_row_that_turned_bad_fails_the_job_by_its_number(
    kept, coordinator, scorecard
):
    table = kept(plain(row(goal1_laws="7")))
    job = request_intake(by=coordinator, kept=table, now=timezone.now())

    run(job)

    assert job.state == Job.State.FAILED
    assert "rows 2" in job.error


def test_queries_do_not_grow_with_the_rows(kept, scorecard):
    table = {
        n: kept(plain(*(row(id=f"r{i}", goal1_laws=str(i % 5 + 1)) for i in range(n))))
        for n in (1, 30)
    }
    counts = []
    for one in table.values():
        with CaptureQueriesContext(connection) as taken:
            check_sheet(scorecard, one.sheet, one.matching, TODAY)
        counts.append(len(taken))
    assert counts[0] == counts[1]


# ------------------------------------------------------------------------------ pages


def upload(client, slug, content, name="forms.csv"):
    return client.post(
        f"/scorecards/{slug}/collected/tables/",
        {"file": SimpleUploadedFile(name, content)},
        follow=True,
    )


def test_the_whole_way_through_the_pages(scorecard, coordinator, sign_in):
    client = sign_in(coordinator)
    content = plain(row(goal1_laws="so so"), row(id="r2", submitted="2022-05-11"))

    matching = upload(client, scorecard.slug, content)
    address = matching.request["PATH_INFO"]
    page = matching.content.decode()
    assert "so so" in page
    assert 'value="Goal 1: Laws"' in page
    field = re.search(r'<label class="match-heading" for="(\w+)">so so', page)[1]
    sent = fields_of(matching)
    # As it is guessed: looked through, and named.
    looked = client.post(address, sent | {"go": "1"}, follow=True)
    assert "Nothing can be taken in: 1 row has a problem" in looked.content.decode()
    assert "goal1_laws" in looked.content.decode()
    # Matched by hand.
    looked = client.post(address, sent | {field: "3", "go": "1"}, follow=True)
    page = looked.content.decode()
    assert "Take in 2 responses" in page
    checksum = re.search(r'name="checksum" value="(\w+)"', page)[1]
    waiting = client.post(
        looked.request["PATH_INFO"], {"checksum": checksum}, follow=True
    )
    assert "is being taken in" in waiting.content.decode()
    run(Job.objects.get(kind=KIND))
    done = client.get(waiting.request["PATH_INFO"]).content.decode()

    assert "was taken in" in done
    assert Response.objects.filter(origin="table").count() == 2
    # The next file knows what "so so" means.
    again = upload(client, scorecard.slug, plain(row(id="r3", goal1_laws="so so")))
    assert fields_of(again)[field] == "3"


def fields_of(answer):
    """What a browser would send of the matching page."""
    page = answer.content.decode()
    found = dict(
        re.findall(r'<input class="form-control[^>]*name="(\w+)" value="([^"]*)"', page)
    )
    for name, body in re.findall(
        r'<select class="form-select[^>]*name="(\w+)">(.*?)</select>', page, re.S
    ):
        chosen = re.search(r'<option value="([^"]*)" selected>', body)
        found[name] = chosen[1] if chosen else ""
    return {name: value.replace("&#x27;", "'") for name, value in found.items()}


def test_another_matching_meanwhile_confirms_nothing(
    scorecard, coordinator, sign_in, kept
):
    table = kept(plain(row()))
    address = f"/scorecards/{scorecard.slug}/collected/tables/{table.key}/preview/"

    answer = sign_in(coordinator).post(address, {"checksum": "0" * 64}, follow=True)

    assert "matched anew" in answer.content.decode()
    assert not Job.objects.filter(kind=KIND).exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"column_2": "Goal 99"}, "Choose one of the list"),
        ({"column_2": "Goal 1: Plans"}, "Two columns stand for this"),
        ({"column_16": ""}, "say that it was not asked"),
    ],
)
def test_what_is_wrong_with_the_matching_is_said_at_the_field(
    scorecard, coordinator, sign_in, changes, words
):
    client = sign_in(coordinator)
    headings = [one for one in sheets.PLAIN if one != "gender"]
    matching = upload(client, scorecard.slug, csv_of(headings, row()))
    place = headings.index("sector")
    changes = {k.replace("column_16", f"column_{place}"): v for k, v in changes.items()}

    answer = client.post(
        matching.request["PATH_INFO"], fields_of(matching) | changes | {"go": "1"}
    )

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_question_that_was_not_asked_may_stay_open(scorecard, coordinator, sign_in):
    client = sign_in(coordinator)
    matching = upload(client, scorecard.slug, csv_of(["id", "goal1_laws"], ["1", "3"]))
    sent = fields_of(matching) | {"unasked_sector": "on", "go": "1"}

    looked = client.post(matching.request["PATH_INFO"], sent, follow=True)

    assert "Take in 1 response" in looked.content.decode()


def test_a_required_question_that_some_left_open_can_be_taken_in_so(
    scorecard, coordinator, sign_in
):
    client = sign_in(coordinator)
    nothing = dict.fromkeys(sheets.PLAIN, "") | {"goal1_laws": "-", "age": "34"}
    content = plain(
        row(), row(id="r2", sector=""), row(id="r3", sector="-"), nothing, nothing
    )
    matching = upload(client, scorecard.slug, content)
    address, sent = matching.request["PATH_INFO"], fields_of(matching) | {"go": "1"}

    refused = client.post(address, sent, follow=True)
    looked = client.post(address, sent | {"unasked_sector": "on"}, follow=True)
    again = client.get(address).content.decode()

    assert "is needed and empty in 2 rows" in matching.content.decode()
    assert "is required" in refused.content.decode()
    assert "Take in 3 responses" in looked.content.decode()
    assert re.search(r'name="unasked_sector"[^>]* checked', again)


def test_what_is_left_out_is_listed_and_leads_to_its_column(
    scorecard, coordinator, sign_in
):
    headings = [*sheets.PLAIN, "<b>Photo</b>", "Phone"]
    content = csv_of(headings, row() | {"Phone": "7"})

    page = upload(sign_in(coordinator), scorecard.slug, content).content.decode()

    assert "3 columns are left out" in page
    assert f'<a href="#column_{len(sheets.PLAIN)}">&lt;b&gt;Photo&lt;/b&gt;</a>' in page


def test_a_title_above_the_headings_is_told(scorecard, coordinator, sign_in):
    content = b"<i>Report</i>\n" + plain(row(), encoding="utf-8")

    page = upload(sign_in(coordinator), scorecard.slug, content).content.decode()

    assert "No column says the day" in page
    assert "passed over: &lt;i&gt;Report&lt;/i&gt;" in " ".join(page.split())
    assert 'value="Goal 1: Laws"' in page


def test_headings_in_two_rows_are_told_and_what_to_do(scorecard, coordinator, sign_in):
    client = sign_in(coordinator)
    groups = ["Person", "", "<i>Goal 1</i>", "", "", "", "Goal 5", ""]
    names = ["Where", "Since", "Law", "Plan", "Budget", "Taking part", "Law 2", "Why"]
    content = csv_of(groups, names, ["NGO", "2020", "1", "2", "3", "4", "5", "So"])

    matching = upload(client, scorecard.slug, content)
    sent = fields_of(matching) | {"go": "1"}
    refused = client.post(matching.request["PATH_INFO"], sent).content.decode()

    for page in (matching.content.decode(), refused):
        assert "headings seem to stand in two rows" in page
        assert "“Person, &lt;i&gt;Goal 1&lt;/i&gt;, Goal 5”" in page
        assert "“Where, Since, Law, Plan …”" in page
    assert "No column is matched with a question on a goal" in refused


@pytest.mark.parametrize(
    "rows",
    [
        [sheets.PLAIN, row()],
        [["a", "b", "c"], ["NGO", "Woman", "Almaty"]],
        [["a", "", "c"], ["NGO", "Woman", "5"]],
        [["a", "", "c"], ["NGO", "NGO", "So"]],
    ],
)
def test_one_row_of_headings_is_not_taken_for_two(rows, coordinator):
    form = MatchingForm(coordinator, read_sheet(csv_of(*rows)), None)

    assert form.rows_of_headings is None


def test_the_preview_shows_how_the_first_rows_are_read(check, scorecard):
    checked = check(plain(row(), row(id="r2", goal1_laws="5", goal5_why="")))
    numbers = dict(scorecard.instrument.goals.values_list("pk", "number"))

    first, second = glimpses(checked, numbers)

    assert (first.number, first.day, first.language) == (2, TODAY, "English")
    assert (first.goals, first.scores, first.unknown, first.texts) == ("1, 5", 5, 1, 1)
    assert first.mean == Fraction(1 + 2 + 3 + 4 + 5, 5)
    assert second.mean == Fraction(5 + 2 + 3 + 4 + 5, 5)
    assert second.texts == 0


def test_the_order_of_days_is_asked(scorecard, coordinator, sign_in):
    client = sign_in(coordinator)
    headings = ["id", "Timestamp", "goal1_laws", "sector"]
    content = csv_of(headings, ["1", "03/04/2022 10:00", "3", "ngo"])
    matching = upload(client, scorecard.slug, content)
    sent = fields_of(matching) | {"go": "1"}
    address = matching.request["PATH_INFO"]

    refused = client.post(address, sent)
    looked = client.post(address, sent | {"date_order": "mdy"}, follow=True)

    assert refused.status_code == 422
    assert "Say how the days are written" in refused.content.decode()
    assert "Take in 1 response" in looked.content.decode()


def test_a_table_of_another_scorecard_is_not_there(
    kept, other_scorecard, stranger, sign_in, scorecard
):
    table = kept(plain(row()))
    client = sign_in(stranger)

    for slug in (scorecard.slug, other_scorecard.slug):
        for page in ("", "preview/"):
            address = f"/scorecards/{slug}/collected/tables/{table.key}/{page}"
            assert client.get(address).status_code == 404


def test_hostile_headings_and_values_are_shown_as_text(scorecard, coordinator, sign_in):
    evil = '"><script>alert(1)</script>'
    content = csv_of(["id", "goal1_laws", "sector", evil], ["1", evil, evil, evil])

    page = upload(sign_in(coordinator), scorecard.slug, content, "<b>.csv")

    assert "<script>alert" not in page.content.decode()
    assert "<b>.csv" not in page.content.decode()
