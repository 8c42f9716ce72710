"""What a respondent does on a device, and what the device holds meanwhile."""

from playwright.sync_api import Page

from tests.browsing import until

PHONE = {"width": 360, "height": 740}
UNSENT = "Object.keys(localStorage).filter((key) => /^scorecard/.test(key)).length"
TAKEN_ALONG = "Object.keys(localStorage).some((key) => /^known:.*:pages$/.test(key))"
NOT_SAVED = "Not saved yet. We keep trying; you can go on writing."


def rate(page: Page, indicator: int, score: int) -> None:
    page.locator(f"#rating_{indicator} input[value='{score}']").click()


def say(page: Page, text: str) -> None:
    page.get_by_label("Why do you rate it so?").fill(text)


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Save and continue").click()


def switch_off(page: Page) -> None:
    """Closed without the parting request that a browser may still get through."""
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError()); }")
    page.close()


def until_taken_along(page: Page) -> None:
    """Until the pages are on the device and its service worker rules this one."""
    until(page, TAKEN_ALONG)
    until(page, "Boolean(navigator.serviceWorker.controller)")


def count_posts(page: Page) -> list[str]:
    sent = []
    page.on("request", lambda r: sent.append(r.url) if r.method == "POST" else None)
    return sent
