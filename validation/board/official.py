"""Official figures that are laid beside the survey's on a goal."""

from django.db import transaction
from django.db.models import F

from surveys.models import Goal, Member, Role
from validation.models import OfficialFigure, RoundGoal

MAY_ATTACH = (Role.COORDINATOR, Role.RAPPORTEUR)


class MayNotAttach(Exception):
    """Coordinators and rapporteurs attach official figures."""


class InvalidLink(Exception):
    """Links lead to web pages: http or https."""


@transaction.atomic
def attach_figure(
    *, by: Member, goal: Goal, name: str, value: str, source: str, link: str = ""
) -> OfficialFigure:
    """A figure as published, with its source. Raises MayNotAttach or InvalidLink."""
    if by.role not in MAY_ATTACH:
        raise MayNotAttach
    if link and not link.lower().startswith(("http://", "https://")):
        raise InvalidLink
    figure = OfficialFigure.objects.create(
        scorecard_id=by.scorecard_id,
        goal=goal,
        name=name.strip(),
        value=value.strip(),
        source=source.strip(),
        link=link,
    )
    _tell_boards(by, goal.pk)
    return figure


@transaction.atomic
def remove_figure(*, by: Member, figure_id: int) -> None:
    """Take a figure off the boards. Raises MayNotAttach, OfficialFigure.DoesNotExist"""
    if by.role not in MAY_ATTACH:
        raise MayNotAttach
    figure = OfficialFigure.objects.get(pk=figure_id, scorecard=by.scorecard_id)
    figure.delete()
    _tell_boards(by, figure.goal_id)


def _tell_boards(by: Member, goal: int) -> None:
    RoundGoal.objects.filter(scorecard=by.scorecard_id, goal=goal, is_open=True).update(
        changes=F("changes") + 1
    )
