"""Choose, wait, fetch; and who may do so."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reports.models import Edition
from surveys.jobs.watching import PATIENCE
from surveys.models import Job, Member, Scorecard
from surveys.models.jobs import SILENCE

CHOICE = {"format": "xlsx", "language": "en"}
SLUG = "kazakhstan-2022"


def list_of(edition: Edition | None = None, slug: str = SLUG) -> str:
    if edition is None:
        return reverse("downloads", args=[slug])
    return reverse("edition_downloads", args=[slug, edition.number])


def asked(client: Client, url: str, **choice: str) -> Job:
    response = client.post(url, {**CHOICE, **choice})
    assert response.status_code == 302
    return Job.objects.get(pk=response.url.rstrip("/").split("/")[-1])


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_anybody_gets_a_file_of_a_released_edition(
    client: Client, edition: Edition, work_off: Callable
) -> None:
    url = list_of(edition)
    assert "Make the file" in client.get(url).content.decode()
    job = asked(client, url)
    page = client.get(f"{url}{job.pk}/").content.decode()
    assert "Waiting for a worker" in page
    assert '<meta http-equiv="refresh"' in page
    work_off()

    page = client.get(f"{url}{job.pk}/").content.decode()
    file = client.get(f"{url}{job.pk}/file/")

    assert f"{url}{job.pk}/file/" in page
    assert "refresh" not in page
    assert body(file)[:2] == b"PK"
    assert file.headers["Content-Disposition"] == (
        'attachment; filename="kazakhstan-2022-edition-1-en.xlsx"'
    )
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert "spreadsheetml" in file.headers["Content-Type"]
    assert "kazakhstan-2022-edition-1-en.xlsx" in client.get(url).content.decode()


def test_second_reader_of_an_edition_is_led_to_the_same_file(
    client: Client, edition: Edition, work_off: Callable
) -> None:
    job = asked(client, list_of(edition))
    work_off()

    assert asked(Client(), list_of(edition)) == job


def test_page_asks_for_the_state_until_the_end(
    client: Client, edition: Edition, work_off: Callable
) -> None:
    job = asked(client, list_of(edition))
    url = f"{list_of(edition)}{job.pk}/"
    poll = {"headers": {"HX-Request": "true"}}

    state = client.get(url, **poll)
    seen = state.context["seen"]
    unchanged = client.get(url, {"seen": seen}, **poll)
    work_off()
    end = client.get(url, {"seen": seen}, **poll)

    assert state.status_code == 200
    assert "<html" not in state.content.decode()
    assert unchanged.status_code == 204
    assert end.status_code == 286
    assert "The file is ready" in end.content.decode()


def test_running_job_shows_step_and_progress(client: Client, edition: Edition) -> None:
    job = asked(client, list_of(edition))
    Job.objects.filter(pk=job.pk).update(
        state="running",
        claim=job.pk,
        heartbeat_at=job.requested_at,
        step="Writing the file",
        steps_done=1,
        steps_total=3,
    )

    page = client.get(f"{list_of(edition)}{job.pk}/").content.decode()

    assert "Writing the file" in page
    assert "1 of 3 steps done" in page
    assert 'max="3" value="1"' in page


def test_failed_job_is_named_and_can_be_tried_again(
    client: Client, edition: Edition
) -> None:
    job = asked(client, list_of(edition))
    Job.objects.filter(pk=job.pk).update(
        state="failed", error="Writing the file: typst: <b>no</b>"
    )

    page = client.get(f"{list_of(edition)}{job.pk}/").content.decode()

    assert "Writing the file: typst: &lt;b&gt;no&lt;/b&gt;" in page
    assert "Try again" in page
    assert asked(client, list_of(edition)) != job


@pytest.mark.parametrize(
    ("state", "since", "words"),
    [
        ("waiting", PATIENCE, "No worker has taken it up yet"),
        ("running", SILENCE, "has fallen silent"),
    ],
)
def test_page_says_that_nobody_works_on_it_and_rings(
    state: str,
    since: timedelta,
    words: str,
    client: Client,
    edition: Edition,
    rung: list,
) -> None:
    cache.clear()
    job = asked(client, list_of(edition))
    long_ago = job.requested_at - since - timedelta(seconds=2)
    Job.objects.filter(pk=job.pk).update(
        state=state, claim=job.pk, requested_at=long_ago, heartbeat_at=long_ago
    )

    page = client.get(f"{list_of(edition)}{job.pk}/").content.decode()

    assert words in page
    assert rung == [True]


def test_file_that_was_removed_is_not_offered(
    client: Client, edition: Edition, work_off: Callable
) -> None:
    url = list_of(edition)
    job = asked(client, url)
    work_off()
    job.refresh_from_db()
    Path(job.file.path).unlink()

    page = client.get(f"{url}{job.pk}/").content.decode()

    assert "The file is no longer kept" in page
    assert client.get(f"{url}{job.pk}/file/").status_code == 404


@pytest.mark.parametrize(
    "choice", [{}, {"format": "exe", "language": "en"}, {"format": "pdf"}]
)
def test_unknown_choice_makes_no_job(
    choice: dict, client: Client, edition: Edition
) -> None:
    response = client.post(list_of(edition), choice)

    assert response.status_code == 422
    assert not Job.objects.exists()


def test_unfinished_file_is_not_there(client: Client, edition: Edition) -> None:
    job = asked(client, list_of(edition))

    assert client.get(f"{list_of(edition)}{job.pk}/file/").status_code == 404


@pytest.mark.parametrize("role", ["coordinator", "rapporteur", "observer"])
def test_staff_gets_a_file_of_the_draft(
    role: str,
    closed_scorecard: Scorecard,
    request: pytest.FixtureRequest,
    sign_in: Callable,
    work_off: Callable,
) -> None:
    client = sign_in(request.getfixturevalue(role))
    job = asked(client, list_of())
    work_off()

    page = client.get(f"{list_of()}{job.pk}/")
    file = client.get(f"{list_of()}{job.pk}/file/")

    assert page.status_code == 200
    assert "kazakhstan-2022-draft-en.xlsx" in file.headers["Content-Disposition"]


def urls_of(place: str, job: Job) -> list[str]:
    return [place, f"{place}{job.pk}/", f"{place}{job.pk}/file/"]


@pytest.mark.parametrize("role", ["anonymous", "expert", "stranger"])
def test_nobody_else_learns_of_the_draft(
    role: str,
    closed_scorecard: Scorecard,
    coordinator: Member,
    request: pytest.FixtureRequest,
    sign_in: Callable,
    work_off: Callable,
) -> None:
    job = asked(sign_in(coordinator), list_of())
    work_off()
    client = Client() if role == "anonymous" else sign_in(request.getfixturevalue(role))

    for url in urls_of(list_of(), job):
        assert client.get(url).status_code == 404, url
    assert client.post(list_of(), CHOICE).status_code == 404


def test_job_is_found_in_its_own_report_only(
    edition: Edition,
    other_edition: Edition,
    coordinator: Member,
    sign_in: Callable,
    work_off: Callable,
) -> None:
    client = sign_in(coordinator)
    draft = asked(client, list_of())
    public = asked(client, list_of(edition))
    work_off()
    elsewhere = reverse("edition_downloads", args=[other_edition.scorecard.slug, 1])

    for place, job in (
        (list_of(edition), draft),
        (list_of(), public),
        (elsewhere, public),
        (elsewhere, draft),
    ):
        for url in urls_of(place, job)[1:]:
            assert client.get(url).status_code == 404, url


def test_edition_that_was_not_released_has_no_downloads(
    closed_scorecard: Scorecard, client: Client
) -> None:
    url = reverse("edition_downloads", args=[closed_scorecard.slug, 1])

    assert client.get(url).status_code == 404
    assert client.post(url, CHOICE).status_code == 404
    assert not Job.objects.exists()


def test_job_of_another_kind_is_no_download(client: Client, edition: Edition) -> None:
    job = asked(client, list_of(edition))
    Job.objects.filter(pk=job.pk).update(kind="import")

    assert client.get(f"{list_of(edition)}{job.pk}/").status_code == 404


def test_list_takes_as_many_queries_for_thirty_files_as_for_one(
    client: Client, edition: Edition, django_assert_num_queries
) -> None:
    first = asked(client, list_of(edition))
    with django_assert_num_queries(2):
        client.get(list_of(edition))
    for _ in range(29):
        Job.objects.create(
            scorecard=edition.scorecard,
            kind=first.kind,
            parameters=first.parameters,
            requested_at=first.requested_at,
        )

    with django_assert_num_queries(2):
        client.get(list_of(edition))


def test_readers_see_finished_files_once_each(
    client: Client, edition: Edition, work_off: Callable
) -> None:
    url = list_of(edition)
    done = asked(client, url)
    work_off()
    # A second one of the same kind, one that failed, one that is being made.
    Job.objects.create(
        scorecard=done.scorecard,
        kind=done.kind,
        parameters=done.parameters,
        state="failed",
        error="typst: no",
        requested_at=done.requested_at,
    )
    asked(client, url, language="ru")

    page = client.get(url).content.decode()

    assert page.count("kazakhstan-2022-edition-1-en.xlsx") == 1
    assert "failed" not in page
    assert "being made" not in page
    assert "asked for on" not in page


def test_asking_for_the_state_does_not_read_the_report(
    client: Client, edition: Edition
) -> None:
    job = asked(client, list_of(edition))

    with CaptureQueriesContext(connection) as queries:
        client.get(f"{list_of(edition)}{job.pk}/", headers={"HX-Request": "true"})

    assert not [one for one in queries if '"reports_edition"."report"' in one["sql"]]
