"""`{{ proposal.expert_id|named:names }}`: the name under which somebody appears."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def named(member: int | None, names: Mapping[int, str]) -> str:
    """`names` is validation.identities.names_of(scorecard); nobody reads ""."""
    return names.get(member, "") if member else ""
