"""Typing a sheet of paper in a real browser: it is kept meanwhile, and said so."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from surveys.collected.paper.services import begin_entry
from surveys.models import PaperEntry
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_kept_is_said_only_of_what_is_kept(window, rapporteur, scorecard):
    entry = begin_entry(by=rapporteur, number="17", now=factories.NOW)
    page = window(rapporteur)
    page.goto(reverse("paper_entry", args=[scorecard.slug, entry.sheet_id, entry.turn]))
    page.locator("[name=goal_1]").fill("1234")
    expect(page.locator(".save-status")).to_have_text("Kept")
    assert PaperEntry.objects.get().typed["goal_1"] == "1234"

    # In one breath: before the pause in typing is over, nothing was sent.
    said = page.evaluate(
        """() => {
          const row = document.querySelector("[name=goal_5]");
          row.value = "5*/.";
          row.dispatchEvent(new Event("input", { bubbles: true }));
          return document.querySelector(".save-status").textContent;
        }"""
    )

    assert said == "Keeping …"
    expect(page.locator(".save-status")).to_have_text("Kept")
    assert PaperEntry.objects.get().typed["goal_5"] == "5*/."
