"""The API for programs: /api/v1/. No session and no cookie: a key in each request."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Header, NinjaAPI, Query, Status
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from surveys.collected.api.reading import TOO_LARGE, StrictParser, Unreadable
from surveys.collected.api.schemas import (
    Page,
    QuestionnaireOut,
    Refusal,
    ResponseIn,
    Taken,
)
from surveys.collected.api.submitting import KeyUsed, Refused, submit
from surveys.collected.keys import key_in_use
from surveys.collected.window import NotYetOpen
from surveys.frozen import FiguresFrozen
from surveys.intake.questionnaire import Questionnaire
from surveys.models import Question, Response, Scorecard

MOST_LISTED, MOST_ERRORS = 100, 400
DESCRIPTION = """
Hand in complete responses that were collected with another program.

Each request carries a key of the scorecard: `Authorization: Bearer sck_…`. Coordinators
make and revoke keys on the scorecard's page “Responses from elsewhere”.

Each submission carries an `Idempotency-Key` of your choice, such as the id of the
response in your program. The same key with the same response is answered as the first
time and stores nothing; with another response it is refused (409). Responses are taken
from the opening of the survey, also after it closed, until its figures are frozen.
"""


class ByKey(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> Scorecard | None:
        key = key_in_use(token, timezone.now())
        return key.scorecard if key else None


api = NinjaAPI(
    title="People’s Scorecard",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api",
    auth=ByKey(),
    parser=StrictParser(),
)


def _refusal(
    request: HttpRequest,
    status: int,
    code: str,
    message: str,
    errors: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    wrong = [{"field": field, "message": words} for field, words in errors or []]
    refusal = {"code": code, "message": message, "errors": wrong}
    return api.create_response(request, refusal, status=status)


@api.exception_handler(Unreadable)
def unreadable(request: HttpRequest, error: Unreadable) -> HttpResponse:
    return _refusal(request, error.status, error.code, error.words)


@api.exception_handler(RequestDataTooBig)
def too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return unreadable(request, TOO_LARGE)


@api.exception_handler(AuthenticationError)
def no_key(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    words = "Send a key that is in use: “Authorization: Bearer sck_…”."
    answer = _refusal(request, 401, "no_key", words)
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(HttpError)
def refused_by_ninja(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, Unreadable):
        return unreadable(request, error.__cause__)
    return _refusal(request, error.status_code, "refused", str(error))


@api.exception_handler(Http404)
def nothing_there(request: HttpRequest, error: Http404) -> HttpResponse:
    return _refusal(request, 404, "nothing_there", "There is nothing here.")


@api.exception_handler(ValidationError)
def not_of_this_form(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors: dict[str, list[str]] = {}
    for one in error.errors:
        errors.setdefault(_field(one["loc"]), []).append(str(one["msg"]))
    words = "Some fields are not as they should be; nothing was stored."
    said = [(field, " Or: ".join(words)) for field, words in errors.items()]
    return _refusal(request, 422, "invalid", words, said[:MOST_ERRORS])


def _field(places: Any) -> str:
    """("body", "body", "goals", "5", "ratings", "laws", "int"): goals.5.ratings.laws

    What follows the names of fields are the kinds of value that were tried.
    """
    names = [str(one)[:60] for one in places]
    if names[:1] == ["body"]:
        names = names[2:] or ["body"]
        return ".".join(names[: 4 if names[0] == "goals" else 2])
    return ".".join(names[1:])


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    words = "Some answers do not fit the questionnaire; nothing was stored."
    return _refusal(request, 422, "invalid", words, error.errors)


@api.exception_handler(KeyUsed)
def key_used(request: HttpRequest, error: KeyUsed) -> HttpResponse:
    words = "This Idempotency-Key belongs to another response, which was not changed."
    return _refusal(request, 409, "key_used", words)


@api.exception_handler(NotYetOpen)
def not_yet_open(request: HttpRequest, error: NotYetOpen) -> HttpResponse:
    words = "The survey has not opened yet; nothing was stored."
    return _refusal(request, 403, "not_open", words)


@api.exception_handler(FiguresFrozen)
def figures_frozen(request: HttpRequest, error: FiguresFrozen) -> HttpResponse:
    words = "The figures of this survey are frozen: it takes no further response."
    return _refusal(request, 403, "frozen", words)


def _scorecard(request: HttpRequest) -> Scorecard:
    return request.auth  # type: ignore[attr-defined]


@api.post(
    "/responses",
    response={201: Taken, (400, 401, 403, 409, 413, 422): Refusal},
    url_name="responses",
    summary="Hand in one complete response",
)
def hand_in(
    request: HttpRequest,
    response: HttpResponse,
    body: ResponseIn,
    idempotency_key: str = Header(
        ...,
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="Your own mark of this response.",
    ),
) -> Status:
    """Stored once; the same key and response again get the same answer."""
    taken = submit(
        scorecard=_scorecard(request),
        key=idempotency_key,
        body=body,
        now=timezone.now(),
    )
    if taken.is_repeated:
        response["Idempotency-Replayed"] = "true"
    return Status(201, vars(taken))


@api.get(
    "/responses",
    response={200: Page, (401, 422): Refusal},
    url_name="responses",
    summary="What came in through the API",
)
def handed_in(
    request: HttpRequest,
    limit: int = Query(50, ge=1, le=MOST_LISTED),
    offset: int = Query(0, ge=0, le=10_000_000),
) -> dict[str, Any]:
    """Without the answers, and in no order of time: to compare counts."""
    there = Response.objects.filter(
        scorecard=_scorecard(request), origin=Response.Origin.API
    )
    some = there.order_by("pk").prefetch_related("answers__goal")
    return {
        "count": there.count(),
        "items": [
            {
                "id": one.pk,
                "submitted_on": one.submitted_on,
                "language": one.language,
                "goals": sorted(answer.goal.number for answer in one.answers.all()),
            }
            for one in some[offset : offset + limit]
        ],
    }


@api.get(
    "/questionnaire",
    response={200: QuestionnaireOut, 401: Refusal},
    url_name="questionnaire",
    summary="What is asked, with its codes",
)
def questionnaire(request: HttpRequest) -> dict[str, Any]:
    scorecard = _scorecard(request)
    asked = Questionnaire.of(scorecard.instrument)
    return {
        "code": asked.instrument.code,
        "version": asked.instrument.version,
        "languages": scorecard.languages,
        "scale_minimum": asked.instrument.scale_minimum,
        "scale_maximum": asked.instrument.scale_maximum,
        "goals": [_named(one, one.title) for one in asked.goals],
        "indicators": [_named(one, one.name) for one in asked.indicators],
        "profile": [_question(one) for one in asked.profile],
        "goal_questions": [_question(one) for one in asked.goal_questions],
        "cross_cutting": [_question(one) for one in asked.cross_cutting],
    }


def _named(one: Any, name: dict[str, str]) -> dict[str, Any]:
    return {"number": one.number, "code": one.code, "name": name}


def _question(one: Question) -> dict[str, Any]:
    fields = ("code", "kind", "text", "is_required", "max_length", "lowest", "highest")
    return {name: getattr(one, name) for name in fields} | {"options": one.options}
