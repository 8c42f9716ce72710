"""Who works on a scorecard."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from surveys.models import Change, Member, Role, Scorecard, User
from surveys.setup.changes import record_change


class AlreadyAMember(Exception):
    """This person has a role on this scorecard already."""


class LastCoordinator(Exception):
    """Nobody else could go on with the scorecard."""


class StillNeeded(Exception):
    """Something rests on this person's part in the scorecard."""


def add_member(
    *,
    scorecard: Scorecard,
    email: str,
    name: str,
    role: str,
    by: Member | None = None,
    now: datetime | None = None,
) -> Member:
    """Give a person a role on a scorecard; they sign in with a code sent to `email`.

    With `now`, it is written down as a change. Raises AlreadyAMember; a person has one
    role on a scorecard.
    """
    try:
        with transaction.atomic():
            address = email.strip().lower()
            user = User.objects.filter(email=address).first()
            user = user or User.objects.create_user(email=address, name=name)
            member = Member.objects.create(
                scorecard=scorecard, user=user, name=name, role=role
            )
            if now:
                record_change(
                    Change.What.MEMBER_ADDED,
                    scorecard=scorecard,
                    by=by,
                    now=now,
                    about=member,
                    after=role,
                )
            return member
    except IntegrityError as error:
        raise AlreadyAMember(email) from error


@transaction.atomic
def change_role(*, member_id: int, role: str, by: Member, now: datetime) -> Member:
    """Give a member another role. Raises LastCoordinator, ValueError if unknown."""
    if role not in Role.values:
        raise ValueError(role)
    member = _lock(member_id)
    before = member.role
    if before == role:
        return member
    _leave_a_coordinator(member)
    member.role = role
    member.save(update_fields=["role"])
    record_change(
        Change.What.MEMBER_CHANGED,
        scorecard=member.scorecard,
        by=by,
        now=now,
        about=member,
        before=before,
        after=role,
    )
    return member


@transaction.atomic
def remove_member(*, member_id: int, by: Member, now: datetime) -> None:
    """Take somebody off a scorecard; their account stays.

    Raises LastCoordinator, or StillNeeded where anything rests on them.
    """
    member = _lock(member_id)
    _leave_a_coordinator(member)
    scorecard, about = member.scorecard, copy_of(member)
    try:
        with transaction.atomic():
            member.delete()
    except (ProtectedError, IntegrityError) as error:
        raise StillNeeded from error
    record_change(
        Change.What.MEMBER_REMOVED,
        scorecard=scorecard,
        by=by,
        now=now,
        about=about,
        before=about.role,
    )


def copy_of(member: Member) -> Member:
    """What is remembered of somebody whose row goes: their key, name and role."""
    return Member(pk=member.pk, name=member.name, role=member.role)


def _lock(member_id: int) -> Member:
    """The member, while nobody else changes who works on their scorecard."""
    scorecard_id = Member.objects.values_list("scorecard", flat=True).get(pk=member_id)
    Scorecard.objects.select_for_update(no_key=True).get(pk=scorecard_id)
    return (
        Member.objects.select_for_update(of=("self",))
        .select_related("scorecard", "user")
        .get(pk=member_id)
    )


def _leave_a_coordinator(member: Member) -> None:
    others = Member.objects.filter(
        scorecard=member.scorecard_id, role=Role.COORDINATOR, user__is_active=True
    ).exclude(pk=member.pk)
    if member.role == Role.COORDINATOR and not others.exists():
        raise LastCoordinator


@transaction.atomic
def copy_members(
    *, source: Scorecard, target: Scorecard, by: Member, now: datetime
) -> dict[int, Member]:
    """Everybody of `source` who still has an account, in the same role, on `target`.

    Returns {key of the member of `source`: the member of `target`}, those who were
    there before included.
    """
    there = {member.user_id: member for member in target.members.all()}
    copied: dict[int, Member] = {}
    for member in source.members.filter(user__is_active=True).select_related("user"):
        copied[member.pk] = there.get(member.user_id) or add_member(
            scorecard=target,
            email=member.user.email,
            name=member.name,
            role=member.role,
            by=by,
            now=now,
        )
    return copied
