"""A table from the upload to the record, and back out as files."""

import csv
import io
import os
import time
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from openpyxl import load_workbook

from surveys.models import Identities
from surveys.sheets.keeping import keep, kept_for
from tests import factories
from tests.lifting import triggers_lifted
from tests.together import successes, together
from tests.validation.estimates.tables import csv_of, row
from validation.board.services import InvalidProposal, propose_score
from validation.estimates.checking import check_table
from validation.estimates.reading import read_table
from validation.estimates.services import add_estimates
from validation.ledger.services import verify_ledger
from validation.models import Proposal

pytestmark = pytest.mark.django_db

HERE = "/scorecards/kazakhstan-2022/estimates/"
PREVIEW = HERE + "preview/"


@pytest.fixture
def writer(open_round, experts, coordinator, sign_in) -> Client:
    return sign_in(coordinator)


def send(client: Client, content: bytes, name: str = "panel.csv"):
    return client.post(HERE, {"file": SimpleUploadedFile(name, content)})


def confirm(client: Client):
    checksum = client.get(PREVIEW).context["kept"].checksum
    return client.post(PREVIEW, {"checksum": checksum})


def test_a_table_is_sent_looked_through_and_added(writer, coordinator, open_round):
    assert send(writer, csv_of(row(), row(goal="1"))).url == PREVIEW
    page = writer.get(PREVIEW)
    assert Proposal.objects.count() == 0
    assert "Add 2 estimates" in page.content.decode()
    assert "Shelters closed." in page.content.decode()

    answer = confirm(writer)

    assert answer.url == HERE
    assert "2 estimates were added." in writer.get(HERE).content.decode()
    assert {one.entered_by for one in Proposal.objects.all()} == {coordinator}
    assert verify_ledger(open_round.scorecard).broken is None


def test_problems_stand_first_and_nothing_can_be_confirmed(writer):
    send(writer, csv_of(row(), row(goal="1", best="200", email="bolat@x")))

    page = writer.get(PREVIEW)
    html = page.content.decode()
    assert [one.row.number for one in page.context["rows"]] == [3, 2]
    assert "from 0 to 100" in html
    assert 'name="checksum"' not in html

    kept = page.context["kept"].checksum
    assert writer.post(PREVIEW, {"checksum": kept}).status_code == 422
    assert Proposal.objects.count() == 0


def test_the_same_file_again_adds_nothing(writer):
    for _ in range(2):
        send(writer, csv_of(row()))
        page = writer.get(PREVIEW)
        confirm(writer)

    assert "Everything in this table is on record already." in page.content.decode()
    assert Proposal.objects.count() == 1


def test_a_second_click_adds_nothing(writer):
    send(writer, csv_of(row()))
    checksum = writer.get(PREVIEW).context["kept"].checksum

    for _ in range(2):
        assert writer.post(PREVIEW, {"checksum": checksum}).status_code == 302
    assert Proposal.objects.count() == 1


def test_a_page_left_open_does_not_add_another_table(writer):
    send(writer, csv_of(row()))
    seen = writer.get(PREVIEW).context["kept"].checksum
    send(writer, csv_of(row(best="30")))

    assert writer.post(PREVIEW, {"checksum": seen}).url == PREVIEW
    assert Proposal.objects.count() == 0


def test_what_changes_between_preview_and_confirmation_is_noticed(
    writer, open_round, coordinator
):
    from validation.rounds.services import close_round

    send(writer, csv_of(row()))
    checksum = writer.get(PREVIEW).context["kept"].checksum
    close_round(round_id=open_round.pk, by=coordinator, now=factories.NOW)

    answer = writer.post(PREVIEW, {"checksum": checksum})

    assert answer.status_code == 422
    assert "takes no estimates" in answer.content.decode()
    assert Proposal.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "nothing in this file"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), "old Excel"),
        (b"PK\x03\x04", "not a readable workbook"),
        (b"email;goal;best;best;confidence;reason", "mean the same: best"),
        (b"email;goal;confidence;reason\n", "missing: best"),
        (b"x" * (5 * 1024**2 + 1), "larger than 5 MB"),
        (csv_of(row(reason="José a décidé")).decode().encode("latin-1"), "UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(writer, content, words):
    answer = send(writer, content)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert writer.get(PREVIEW).url == HERE


def test_no_file_at_all(writer):
    answer = writer.post(HERE, {})

    assert answer.status_code == 422
    assert "Choose a file." in answer.content.decode()


def test_signs_in_the_table_and_its_name_are_shown_as_signs(writer):
    send(writer, csv_of(row(reason="<script>alert(1)</script>")), "<b>x</b>.csv")

    html = writer.get(PREVIEW).content.decode()
    assert "<script>alert" not in html
    assert "<b>x" not in html


def test_windows_1251_asks_to_look_at_the_letters(writer):
    content = csv_of(row(reason="Приюты закрыты")).decode().encode("windows-1251")
    send(writer, content)

    html = writer.get(PREVIEW).content.decode()
    assert "Read as Windows-1251" in html
    assert "Приюты закрыты" in html


def test_a_table_with_headings_only(writer):
    send(writer, csv_of())

    assert "headings and no rows" in writer.get(PREVIEW).content.decode()
    assert confirm(writer).url == HERE


def test_long_tables_are_shown_in_pages(writer):
    rows = [row(email=f"nobody{n}@x.example") for n in range(450)]
    send(writer, csv_of(*rows))

    last = writer.get(PREVIEW, {"page": "3"})
    assert len(last.context["rows"]) == 50
    assert "Page 3 of 3" in last.content.decode()


# ---------------------------------------------------------------- what is kept


def test_a_table_is_kept_for_one_member_for_a_day(
    coordinator, rapporteur, writer, folder
):
    send(writer, csv_of(row()))
    path = folder / f"{coordinator.pk}.json"
    assert path.stat().st_mode & 0o077 == 0
    assert kept_for("estimates", rapporteur) is None
    yesterday = time.time() - 25 * 3600
    os.utime(path, (yesterday, yesterday))

    assert kept_for("estimates", coordinator) is None
    keep("estimates", rapporteur, read_table(csv_of(row())), "x.csv")
    assert not path.exists()


def test_a_spoiled_file_is_no_table(coordinator, writer, folder):
    send(writer, csv_of(row()))
    path = folder / f"{coordinator.pk}.json"
    path.write_text('{"name": "x"}', encoding="utf-8")

    assert writer.get(PREVIEW).url == HERE


def test_nothing_is_kept_after_it_was_added(writer, coordinator):
    send(writer, csv_of(row()))
    confirm(writer)

    assert kept_for("estimates", coordinator) is None


# ---------------------------------------------------------------- files to fetch


@pytest.fixture
def spoken(open_round, round_goal, experts, coordinator) -> None:
    """Estimates of every kind, with everything that a table might spoil."""
    aigul, bolat, dana = experts
    propose_score(
        expert=aigul,
        round_goal_id=round_goal.pk,
        kind="change",
        percent=Decimal("0.5"),
        justification='=HYPERLINK(1)\r\nsecond, "line"; third',
        confidence="high",
        interest="-none",
        lower=Decimal("0.25"),
        upper=Decimal("40.75"),
        sureness=60,
        now=factories.NOW,
    )
    factories.propose(round_goal, bolat, justification="'quoted")
    factories.propose(round_goal, dana, "33.25")
    factories.propose(round_goal, dana, "29.5", justification="Өзгерді, дұрыс емес")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("identities", Identities.values)
def test_what_is_fetched_can_be_sent_back_and_adds_nothing(
    writer, spoken, open_round, coordinator, ending, identities
):
    open_round.scorecard.identities = identities
    with triggers_lifted():
        open_round.scorecard.save()

    content = writer.get(HERE + f"estimates.{ending}").content
    coordinator.scorecard.refresh_from_db()
    checked = check_table(coordinator.scorecard, read_table(content))

    assert len(checked.known) == 3, [one.problems for one in checked.rows]
    assert checked.with_problems == []


def test_csv_has_no_formulas_and_keeps_the_promise_about_names(
    writer, spoken, open_round
):
    def lines():
        answer = writer.get(HERE + "estimates.csv")
        text = answer.content.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    named = lines()
    assert named[0]["email"] == "aigul@kazakhstan-2022.example"
    assert named[0]["reason"].startswith("'=HYPERLINK")
    assert named[0]["interest"] == "'-none"
    # 0.5 - 0.25·80/60 and 0.5 + 40.25·80/60
    assert named[0]["lower_80"] == "0.1666666667"
    assert named[0]["upper_80"] == "54.1666666667"
    assert named[1]["survey_average"] == "38"
    assert named[1]["best"] == ""

    open_round.scorecard.identities = "pseudonyms"
    with triggers_lifted():
        open_round.scorecard.save()
    hidden = lines()
    assert {line["email"] for line in hidden} == {""}
    assert all("Aigul" not in "".join(line.values()) for line in hidden)


def test_xlsx_has_a_codebook_with_every_column(writer, spoken):
    answer = writer.get(HERE + "estimates.xlsx")
    book = load_workbook(io.BytesIO(answer.content))

    headings = [cell.value for cell in book["Estimates"][1]]
    explained = [line[0].value for line in book["Codebook"].iter_rows(min_row=2)]
    assert headings == explained
    assert all(line[1].value for line in book["Codebook"].iter_rows())
    assert book["Estimates"]["K2"].data_type == "s"  # text, though it begins with =
    assert "private" in answer["Cache-Control"]


def test_the_table_to_fill_in_has_who_is_missing(writer, spoken, experts):
    content = writer.get(HERE + "to-fill-in.xlsx").content

    rows = read_table(content).rows

    assert [(one.cells["email"].split("@")[0], one.cells["goal"]) for one in rows] == [
        ("aigul", "1"),
        ("bolat", "1"),
        ("dana", "1"),
    ]


# ---------------------------------------------------------------- the service


def test_the_expert_is_told_who_entered_it_and_how_to_correct_it(
    round_goal, experts, coordinator
):
    proposal = propose_score(
        expert=experts[0],
        round_goal_id=round_goal.pk,
        kind="change",
        percent=Decimal(25),
        justification="Said by phone.",
        confidence="low",
        lower=Decimal(20),
        upper=Decimal(45),
        sureness=50,
        entered_by=coordinator,
        now=factories.NOW,
    )

    told = {"proposal": proposal, "member": experts[0]}
    html = render_to_string("validation/estimates/entered_by.html", told)
    assert "entered</span>" in html
    assert ", by Coordinator. If this is not what you said, revise it" in html
    others = render_to_string(
        "validation/estimates/entered_by.html", told | {"member": experts[1]}
    )
    assert "revise it" not in others
    bounds = render_to_string("validation/estimates/bounds.html", told)
    # 25 - 5·80/50 and 25 + 20·80/50
    assert "20% to 45%, 50% sure; at 80% sure: 17% to 57%" in bounds
    own = factories.propose(round_goal, experts[1], 30)
    for name in ("entered_by", "bounds"):
        template = f"validation/estimates/{name}.html"
        assert render_to_string(template, {"proposal": own}).strip() == ""


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lower": None}, "lower"),
        ({"upper": None}, "upper"),
        ({"sureness": None}, "sureness"),
        ({"lower": Decimal(-1)}, "lower"),
        ({"upper": Decimal(101)}, "upper"),
        ({"lower": Decimal("NaN")}, "lower"),
        ({"lower": Decimal("20.123")}, "lower"),
        ({"lower": Decimal(50)}, "lower"),
        ({"lower": Decimal(26)}, "lower"),
        ({"upper": Decimal(24)}, "upper"),
        ({"sureness": 49}, "sureness"),
        ({"sureness": 100}, "sureness"),
    ],
)
def test_the_service_names_the_bound_that_does_not_fit(
    round_goal, experts, changes, field
):
    bounds = {"lower": Decimal(20), "upper": Decimal(45), "sureness": 50} | changes

    with pytest.raises(InvalidProposal) as refused:
        propose_score(
            expert=experts[0],
            round_goal_id=round_goal.pk,
            kind="change",
            percent=Decimal(25),
            justification="Because.",
            confidence="low",
            now=factories.NOW,
            **bounds,
        )

    assert refused.value.field == field


def test_only_coordinators_and_rapporteurs_of_the_scorecard_enter_for_others(
    round_goal, experts, observer, stranger
):
    for member in (experts[1], observer, stranger):
        with pytest.raises(InvalidProposal, match="entered_by"):
            propose_score(
                expert=experts[0],
                round_goal_id=round_goal.pk,
                kind="keep",
                percent=None,
                justification="Because.",
                confidence="low",
                entered_by=member,
                now=factories.NOW,
            )


@pytest.mark.django_db(transaction=True)
def test_two_who_add_the_same_table_at_once_add_it_once(
    open_round, experts, coordinator, rapporteur
):
    table = read_table(csv_of(row(), row(goal="1")))

    def adding(member):
        return lambda: add_estimates(by=member, table=table, now=factories.NOW)

    done = together(adding(coordinator), adding(rapporteur))

    assert sorted(len(one.proposals) for one in successes(done)) == [0, 2]
    assert Proposal.objects.count() == 2
