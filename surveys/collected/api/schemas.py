"""What programs send and get. Unknown fields are refused, so that none is lost."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, StrictInt, StrictStr

Rating = Annotated[
    StrictInt | Literal["dont_know", "not_applicable", "skipped"] | None,
    Field(description="A score of the scale, why there is none, or null (skipped)."),
]
Given = StrictStr | StrictInt | list[StrictStr] | None


class GoalIn(Schema):
    model_config = ConfigDict(extra="forbid")

    ratings: dict[str, Rating] = Field(
        default_factory=dict, description="By the code of the indicator."
    )
    texts: dict[str, StrictStr | None] = Field(
        default_factory=dict, description="By the code of the goal's question."
    )


class ResponseIn(Schema):
    """One complete response."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "language": "en",
                    "submitted_on": "2022-05-16",
                    "minutes": 25,
                    "profile": {"sector": "ngo", "age": 34},
                    "goals": {
                        "5": {
                            "ratings": {"laws": 3, "plans": "dont_know"},
                            "texts": {"challenges": "Shelters closed."},
                        }
                    },
                    "cross_cutting": {},
                }
            ]
        },
    )

    language: StrictStr = Field(description="One of the scorecard's languages.")
    submitted_on: date | None = Field(
        None, description="The day on which it was given; today, if left out."
    )
    minutes: Annotated[StrictInt, Field(ge=0, le=100_000)] | None = Field(
        None, description="Whole minutes that answering took."
    )
    profile: dict[str, Given] = Field(
        default_factory=dict, description="By the code of the profile question."
    )
    goals: dict[str, GoalIn] = Field(description="By the number of the goal.")
    cross_cutting: dict[str, Given] = Field(
        default_factory=dict, description="By the code of the question."
    )


class Taken(Schema):
    receipt: str = Field(description="For whoever answered; the same for the same key.")
    submitted_on: date


class Listed(Schema):
    id: UUID
    submitted_on: date
    language: str
    goals: list[int]


class Page(Schema):
    """`count`: responses that came in through the API, in all."""

    count: int
    items: list[Listed]


class Wrong(Schema):
    field: str = Field(description="e.g. goals.5.ratings.laws")
    message: str


class Refusal(Schema):
    """Why nothing was stored. `code` is for programs, the rest for people."""

    code: str
    message: str
    errors: list[Wrong] = []


class OptionOut(Schema):
    code: str
    label: dict[str, str]


class QuestionOut(Schema):
    code: str
    kind: str
    text: dict[str, str]
    is_required: bool
    max_length: int
    lowest: int | None
    highest: int | None
    options: list[OptionOut]


class NamedOut(Schema):
    number: int
    code: str
    name: dict[str, str]


class QuestionnaireOut(Schema):
    """What is asked, with the codes that a response uses."""

    code: str
    version: int
    languages: list[str]
    scale_minimum: int
    scale_maximum: int
    goals: list[NamedOut]
    indicators: list[NamedOut]
    profile: list[QuestionOut]
    goal_questions: list[QuestionOut]
    cross_cutting: list[QuestionOut]
