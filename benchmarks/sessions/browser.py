"""A browser of one respondent: a connection that is kept, cookies, no caching."""

import gzip
import http.client
import re
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode


class Browser:
    """Whatever comes back that is neither a page nor a redirect is an error."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies: dict[str, str] = {}
        self.requests = 0

    def get(self, path: str, **headers: str) -> str:
        """The page at this address, redirects followed."""
        return self._ask("GET", path, None, headers)

    def post(self, path: str, fields: list[tuple[str, str]], **headers: str) -> str:
        """What a form leads to, redirects followed."""
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self._ask("POST", path, urlencode(fields), headers)

    def _ask(
        self, method: str, path: str, form: str | None, headers: dict[str, str]
    ) -> str:
        sent = dict(headers)
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        self.requests += 1
        self.connection.request(method, path, form, sent)
        response = self.connection.getresponse()
        body = response.read()
        if response.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        text = body.decode()
        for line in response.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        self.path = path
        if response.status in (301, 302):
            return self.get(response.headers["Location"])
        if response.status != 200:
            raise AssertionError(f"{method} {path}: {response.status} {text[:2000]}")
        return text


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, (name, page[:2000])
    return unescape(found.group(1))
