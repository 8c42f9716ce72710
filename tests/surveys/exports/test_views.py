"""Choose, wait, fetch; and who may do so: coordinators."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from surveys.models import Job, Member, Scorecard
from tests import factories

SLUG = "kazakhstan-2022"
CHOICE = {"format": "csv", "language": "en"}


def page_of(slug: str = SLUG) -> str:
    return reverse("exports", args=[slug])


def asked(client: Client, **choice: str) -> Job:
    response = client.post(page_of(), {**CHOICE, **choice})
    assert response.status_code == 302
    return Job.objects.get(pk=response.url.rstrip("/").split("/")[-1])


@pytest.mark.parametrize(
    ("code", "suffix", "beginning"),
    [("csv", "zip", b"PK"), ("xlsx", "xlsx", b"PK"), ("sav", "sav", b"$FL2")],
)
def test_coordinator_gets_each_kind_of_file(
    code: str,
    suffix: str,
    beginning: bytes,
    closed_scorecard: Scorecard,
    coordinator: Member,
    sign_in: Callable,
    work_off: Callable,
) -> None:
    client = sign_in(coordinator)
    assert "5 responses" in client.get(page_of()).content.decode()
    job = asked(client, format=code)
    url = f"{page_of()}{job.pk}/"
    waiting = client.get(url).content.decode()
    assert client.get(f"{url}file/").status_code == 404
    work_off()

    page = client.get(url).content.decode()
    file = client.get(f"{url}file/")

    assert "Waiting for a worker" in waiting
    assert "The file is ready" in page
    assert "It is removed on" in page
    assert '<dd class="num">5</dd>' in page
    assert b"".join(file.streaming_content).startswith(beginning)
    name = f"kazakhstan-2022-responses-en.{suffix}"
    assert file.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "no-store" in file.headers["Cache-Control"]
    assert name in client.get(page_of()).content.decode()


@pytest.mark.parametrize(
    "role", ["anonymous", "stranger", "expert", "observer", "rapporteur"]
)
def test_nobody_else_learns_of_it(
    role: str,
    closed_scorecard: Scorecard,
    coordinator: Member,
    request: pytest.FixtureRequest,
    sign_in: Callable,
    work_off: Callable,
) -> None:
    job = asked(sign_in(coordinator))
    work_off()
    client = Client() if role == "anonymous" else sign_in(request.getfixturevalue(role))

    for url in (page_of(), f"{page_of()}{job.pk}/", f"{page_of()}{job.pk}/file/"):
        assert client.get(url).status_code == 404, url
    assert client.post(page_of(), CHOICE).status_code == 404
    assert Job.objects.count() == 1


def test_file_of_another_scorecard_is_not_found(
    closed_scorecard: Scorecard,
    coordinator: Member,
    stranger: Member,
    sign_in: Callable,
    work_off: Callable,
) -> None:
    job = asked(sign_in(coordinator))
    work_off()
    elsewhere = page_of(stranger.scorecard.slug)
    client = sign_in(stranger)

    assert client.get(elsewhere).status_code == 200
    assert client.get(f"{elsewhere}{job.pk}/").status_code == 404
    assert client.get(f"{elsewhere}{job.pk}/file/").status_code == 404


def test_file_of_responses_is_no_download_of_the_report(
    closed_scorecard: Scorecard,
    coordinator: Member,
    observer: Member,
    sign_in: Callable,
    work_off: Callable,
) -> None:
    job = asked(sign_in(coordinator))
    work_off()

    url = reverse("download_file", args=[SLUG, job.pk])

    assert sign_in(observer).get(url).status_code == 404


def test_page_asks_for_the_state_until_the_end(
    closed_scorecard: Scorecard,
    coordinator: Member,
    sign_in: Callable,
    work_off: Callable,
) -> None:
    client = sign_in(coordinator)
    url = f"{page_of()}{asked(client).pk}/"
    poll = {"headers": {"HX-Request": "true"}}

    state = client.get(url, **poll)
    unchanged = client.get(url, {"seen": state.context["seen"]}, **poll)
    work_off()
    end = client.get(url, {"seen": state.context["seen"]}, **poll)

    assert [state.status_code, unchanged.status_code, end.status_code] == [
        200,
        204,
        286,
    ]
    assert "Responses in this file" in end.content.decode()


def test_running_job_says_how_many_responses_it_has_read(
    closed_scorecard: Scorecard, coordinator: Member, sign_in: Callable
) -> None:
    client = sign_in(coordinator)
    job = asked(client)
    Job.objects.filter(pk=job.pk).update(
        state="running",
        claim=job.pk,
        heartbeat_at=job.requested_at,
        step="Reading and writing responses",
        steps_done=3000,
        steps_total=132229,
    )

    page = client.get(f"{page_of()}{job.pk}/").content.decode()

    assert "3000 of 132229" in page
    assert "steps done" not in page


def test_remarks_stand_beside_the_file_escaped(
    closed_scorecard: Scorecard,
    coordinator: Member,
    sign_in: Callable,
    work_off: Callable,
) -> None:
    client = sign_in(coordinator)
    job = asked(client)
    work_off()
    job.refresh_from_db()
    remark = ["1234", "g01_why", "<b>bold</b>"]
    Job.objects.filter(pk=job.pk).update(
        outcome={**job.outcome, "remarks": 1, "first_remarks": [remark]}
    )

    page = client.get(f"{page_of()}{job.pk}/").content.decode()

    assert "&lt;b&gt;bold&lt;/b&gt;" in page


@pytest.mark.parametrize(
    "choice", [{}, {"format": "exe", "language": "en"}, {"format": "csv"}]
)
def test_unknown_choice_makes_no_job(
    choice: dict, closed_scorecard: Scorecard, coordinator: Member, sign_in: Callable
) -> None:
    response = sign_in(coordinator).post(page_of(), choice)

    assert response.status_code == 422
    assert not Job.objects.exists()


def test_page_of_an_open_survey_says_why_there_is_no_file_yet(
    scorecard: Scorecard, coordinator: Member, sign_in: Callable
) -> None:
    client = sign_in(coordinator)
    assert "Nobody has answered yet" in client.get(page_of()).content.decode()
    factories.respond(scorecard, {1: "1111"})

    page = client.get(page_of()).content.decode()
    refused = client.post(page_of(), CHOICE)

    assert "Too few people have answered so far." in page
    assert "Make the file" not in page
    assert refused.status_code == 422
    assert not Job.objects.exists()


def test_list_takes_as_many_queries_for_thirty_files_as_for_one(
    closed_scorecard: Scorecard,
    coordinator: Member,
    sign_in: Callable,
    django_assert_num_queries,
) -> None:
    client = sign_in(coordinator)
    first = asked(client)
    with django_assert_num_queries(5):
        client.get(page_of())
    for _ in range(29):
        Job.objects.create(
            scorecard=first.scorecard,
            kind=first.kind,
            parameters=first.parameters,
            requested_by=coordinator,
            requested_at=first.requested_at,
        )

    with django_assert_num_queries(5):
        client.get(page_of())
