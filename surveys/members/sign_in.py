"""Signing in: a code by mail, for people who were invited."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitedOnly(DefaultAccountAdapter):
    """Nobody signs up by themselves: a coordinator makes the person a member."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
