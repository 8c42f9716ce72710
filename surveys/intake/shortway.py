"""The short way to a respondent's page: past sessions, accounts and messages.

Whoever answers has no account, no session and no cookie: the link is the key. So the
middleware that serves those who sign in would only cost time here. It also leaves out
the check against forged requests, which protects what a browser sends along by itself;
here nothing is: who can forge a request knows the link, and has what it opens anyway.

What is protected by headers stays protected: the policy against foreign scripts is set
here, the rest by the middleware before this one.
"""

from collections.abc import Callable
from functools import lru_cache

from csp.utils import build_policy
from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve

PREFIXES = ("/respond/", "/answer/", "/invitation/")
Handler = Callable[[HttpRequest], HttpResponseBase]


class ShortWay:
    """Middleware that answers respondents' addresses and hands on all the others."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIXES):
            return self.get_response(request)
        try:
            match = resolve(request.path_info)
        except Resolver404:
            # Perhaps only a slash is missing.
            return self.get_response(request)
        request.resolver_match = match
        response = match.func(request, *match.args, **match.kwargs)
        response.headers["Content-Security-Policy"] = _policy()
        response.headers["X-Frame-Options"] = "DENY"
        return response


@lru_cache(maxsize=1)
def _policy() -> str:
    return str(build_policy())
