"""The trail as CSV and JSON: everything in it, nothing that runs, and it verifies."""

import csv
import io
import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from validation.erasure.services import erase_person
from validation.identities import choose_identities, names_of
from validation.ledger.chain import BEGINNING, entry_hash
from validation.ledger.services import head_of
from validation.models import (
    Comment,
    Contribution,
    InterestDecision,
    InterestDeclaration,
    Proposal,
    Settlement,
    Support,
    Withdrawal,
)
from validation.trail.files import COLUMNS
from validation.trail.records import ORDER

pytestmark = pytest.mark.django_db
DOCUMENTATION = Path(__file__).parents[3] / "docs" / "trail.md"


def fetched(client, scorecard, name):
    response = client.get(reverse(name, args=[scorecard.slug]))
    assert response.status_code == 200
    assert response.streaming
    return b"".join(response.streaming_content).decode(), response


@pytest.fixture
def client(sign_in, observer):
    return sign_in(observer)


def rows_of(client, scorecard):
    text, _ = fetched(client, scorecard, "trail_csv")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def json_of(client, scorecard):
    return json.loads(fetched(client, scorecard, "trail_json")[0])


@pytest.fixture
def everything(told, experts, coordinator, now):
    """The scorecard in which every kind of record occurs."""
    InterestDeclaration.objects.create(
        expert=experts[2], goal=told.goal, has_interest=True, declared_at=now
    )
    InterestDecision.objects.create(
        expert=experts[2],
        goal=told.goal,
        handling="not_counted",
        reason="It is her shelter.",
        decided_by=coordinator,
        decided_at=now,
    )
    guest = factories.make_expert(scorecard=told.round.scorecard, name="Guest")
    erase_person(member_id=guest.pk, by=coordinator, now=now)
    return told.round.scorecard


def test_every_kind_of_record_is_there_and_nothing_is_missing(everything, client):
    rows = rows_of(client, everything)
    kinds = [row["kind"] for row in rows]

    assert set(kinds) == set(ORDER)
    assert [row["number"] for row in rows] == [str(n + 1) for n in range(len(rows))]
    for model in (Proposal, Support, Withdrawal, Comment, Contribution, Settlement):
        assert kinds.count(model._meta.model_name) == model.objects.count()
    assert kinds.count("attendance") == 2
    # Two goals were in the round, three have a survey average.
    assert kinds.count("goal_opened") == 2
    assert kinds.count("survey_average") == 3


def test_records_stand_in_the_order_of_time(everything, client):
    moments = [row["at"] for row in rows_of(client, everything) if row["at"]]

    assert moments == sorted(moments)
    assert all(moment.endswith("Z") for moment in moments)


def test_both_files_hold_the_same(everything, client):
    rows = rows_of(client, everything)
    records = json_of(client, everything)["records"]

    assert [row["id"] for row in rows] == [record["id"] for record in records]
    for row, record in zip(rows, records, strict=True):
        assert set(record) <= set(row)
        for name in ("by", "percent", "percent_exact", "hash", "dissent"):
            assert row[name] == record.get(name, "")


def test_words_and_figures_are_complete(everything, client):
    records = json_of(client, everything)["records"]
    by_id = {record["id"]: record for record in records}
    settlement = next(one for one in records if one["kind"] == "settlement")
    revision = next(one for one in records if one.get("text") == "Now there is one.")
    decision = next(one for one in records if one["kind"] == "interest_decision")

    assert settlement["percent"] == "28.50"
    assert settlement["percent_exact"] == "57/2"
    assert settlement["dissent"] == "Dana: too low."
    assert settlement["rule"] == "mean_of_supported"
    assert by_id[revision["about"]]["text"] == "=1+1 is no law"
    assert decision["by"] == "Dana"
    assert decision["entered_by"] == "Coordinator"
    assert decision["interest_handling"] == "not_counted"
    assert any(one.get("text") == "Well said." for one in records)
    assert any(one.get("text") == "On reflection." for one in records)
    assert any(one.get("interest") == "Runs a shelter." for one in records)


def test_json_verifies_from_what_is_in_it(everything, client):
    """As docs/trail.md says: whoever has the file needs nothing else."""
    found = json_of(client, everything)
    previous = BEGINNING
    for number, entry in enumerate(found["ledger"], start=1):
        assert entry["number"] == number
        assert entry["previous"] == previous
        body = {name: value for name, value in entry.items() if name != "hash"}
        assert entry_hash(**body) == entry["hash"]
        previous = entry["hash"]
    chained = {f"{entry['kind']} {entry['record']}": entry for entry in found["ledger"]}
    named = {one["id"]: one for one in found["records"] if "hash" in one}

    assert found["head"] == previous == head_of(everything)
    assert (found["schema"], found["version"]) == ("peoples-scorecard-trail", 1)
    assert set(named) == set(chained)
    assert all(one["hash"] == chained[key]["hash"] for key, one in named.items())


def test_salts_stay_at_home(everything, client):
    salts = everything.ledger.values_list("salt__salt", flat=True)
    text, _ = fetched(client, everything, "trail_json")

    assert not [salt for salt in salts if salt in text]


def test_formulas_in_any_column_are_neutralised(told, client, experts):
    experts[1].name = "@SUM(1)"
    experts[1].save()
    rows = rows_of(client, told.round.scorecard)
    texts = [row["text"] for row in rows]

    assert "'=1+1 is no law" in texts
    assert "'@SUM(1)" in {row["by"] for row in rows}
    assert not [
        cell for row in rows for cell in row.values() if cell.startswith(("=", "@"))
    ]
    # JSON runs nowhere: there the words stand as they were written.
    assert '"=1+1 is no law"' in fetched(client, told.round.scorecard, "trail_json")[0]


def test_pseudonyms_hold_in_both_files(frozen, experts, coordinator, sign_in, now):
    scorecard = choose_identities(
        scorecard_id=frozen.scorecard_id, identities="pseudonyms"
    )
    round_ = factories.make_open_round(
        scorecard, {5: "median_of_latest"}, by=coordinator
    )
    factories.propose(round_.round_goals.get(), experts[0], 20)
    client = sign_in(coordinator)

    for name in ("trail_csv", "trail_json"):
        text, _ = fetched(client, scorecard, name)
        assert names_of(scorecard)[experts[0].pk] in text
        assert not [one.name for one in experts if one.name in text]


def test_erased_words_are_gone_and_marked(told, client, experts, coordinator, now):
    erase_person(member_id=experts[0].pk, by=coordinator, now=now)
    records = json_of(client, told.round.scorecard)["records"]
    theirs = [one for one in records if one.get("is_erased")]

    assert {one["text"] for one in theirs} == {"[erased]"}
    assert {one["by"] for one in theirs} == {"Erased participant"}
    assert {one.get("percent") for one in theirs} == {"33.00", "28.50"}


def test_files_are_named_private_and_kept_by_nobody(told, client):
    for name in ("csv", "json"):
        _, response = fetched(client, told.round.scorecard, f"trail_{name}")
        assert response["Content-Disposition"] == (
            f'attachment; filename="kazakhstan-2022-trail.{name}"'
        )
        assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("name", ["trail_csv", "trail_json"])
def test_experts_do_not_get_the_files(told, sign_in, expert, name):
    address = reverse(name, args=[told.round.scorecard.slug])

    assert sign_in(expert).get(address).status_code == 404


def test_files_take_the_same_queries_for_one_and_thirty(
    round_goal, coordinator, client, later
):
    counts = []
    for many in (1, 29):
        for _ in range(many):
            expert = factories.make_expert(
                scorecard=round_goal.round.scorecard,
                name=f"Person {Proposal.objects.count()}",
                goals=[5],
            )
            factories.propose(round_goal, expert, 40, now=later())
        with CaptureQueriesContext(connection) as queries:
            rows_of(client, round_goal.round.scorecard)
        counts.append(len(queries))

    assert counts[0] == counts[1] < 40


def test_every_column_and_every_kind_is_documented():
    text = DOCUMENTATION.read_text(encoding="utf-8")

    assert not [
        name for name in ["number", *COLUMNS, *ORDER] if f"`{name}`" not in text
    ]
