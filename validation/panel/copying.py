"""Taking last year's panel over: who is on which goal, and what they know of it."""

from collections.abc import Mapping

from django.db import transaction

from surveys.models import Member, Role, Scorecard
from validation.models import Assignment, MailPreference
from validation.rounds.services import assign_goal


@transaction.atomic
def copy_panel(
    *, source: Scorecard, target: Scorecard, people: Mapping[int, Member]
) -> int:
    """Put the experts of `source` on the goals of the same code on `target`.

    `people`: {key of the member of `source`: the member of `target`}. Interests are not
    taken over: they are declared anew. The language of their mail is. Returns how many
    places on panels were taken over.
    """
    goals = {goal.code: goal for goal in target.instrument.goals.all()}
    assignments = Assignment.objects.filter(expert__scorecard=source)
    count = 0
    for one in assignments.select_related("goal").order_by("pk"):
        expert, goal = people.get(one.expert_id), goals.get(one.goal.code)
        if expert and goal and expert.role == Role.EXPERT:
            assign_goal(expert=expert, goal=goal, expertise=one.expertise)
            count += 1
    _copy_languages(source, target, people)
    return count


def _copy_languages(
    source: Scorecard, target: Scorecard, people: Mapping[int, Member]
) -> None:
    chosen = MailPreference.objects.filter(
        member__scorecard=source, language__in=target.languages
    )
    MailPreference.objects.bulk_create(
        [
            MailPreference(member=people[one.member_id], language=one.language)
            for one in chosen
            if one.member_id in people
        ],
        ignore_conflicts=True,
    )
