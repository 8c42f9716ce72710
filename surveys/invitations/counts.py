"""How many were invited and how many have finished, as far as that may be shown."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from surveys.models import Anonymity, InvitationLetter, LetterState, Scorecard


@dataclass(frozen=True)
class Counts:
    """`finished` is None where it may not be shown, and so is what is left then.

    Among the `invited` are those who are `off_the_list` since: the links they have
    still work, and without them `finished` would move, or not, and tell.
    """

    on_the_list: int
    new: int
    invited: int
    off_the_list: int
    finished: int | None
    opted_out: int

    @property
    def unfinished(self) -> int | None:
        return None if self.finished is None else self.invited - self.finished


def counts_of(scorecard: Scorecard) -> Counts:
    """Counts of the list. One query.

    In an anonymous scorecard how many have finished is shown where neither they nor
    those who have not are a small group: "all" and "none" would tell of each of them.
    """
    letters = InvitationLetter.objects.filter(invitation=OuterRef("pk"), run=None)
    counts = scorecard.invitations.annotate(
        is_invited=Exists(letters.filter(state=LetterState.SENT)),
        is_written_to=Exists(letters),
    ).aggregate(
        on_the_list=Count("pk", filter=Q(erased_at__isnull=True)),
        new=Count(
            "pk",
            filter=Q(
                is_written_to=False, erased_at__isnull=True, opted_out_at__isnull=True
            ),
        ),
        invited=Count("pk", filter=Q(is_invited=True)),
        off_the_list=Count("pk", filter=Q(is_invited=True, erased_at__isnull=False)),
        finished=Count("pk", filter=Q(is_invited=True, ticket__isnull=True)),
        opted_out=Count(
            "pk", filter=Q(opted_out_at__isnull=False, erased_at__isnull=True)
        ),
    )
    if not may_show(scorecard, counts["finished"], counts["invited"]):
        counts["finished"] = None
    return Counts(**counts)


def may_show(scorecard: Scorecard, part: int, whole: int) -> bool:
    """Whether a part of the invitees is large enough, and what is left of them."""
    if scorecard.anonymity == Anonymity.CONFIDENTIAL:
        return True
    return min(part, whole - part) >= scorecard.smallest_group
