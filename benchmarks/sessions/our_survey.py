"""An open survey with the standard questionnaire; prints its open link."""

import os
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scorecard_site.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from tests import factories  # noqa: E402

scorecard = factories.make_scorecard(
    instrument=factories.make_standard_instrument(),
    slug="measured",
    opens_at=timezone.now() - timedelta(days=1),
    closes_at=timezone.now() + timedelta(days=30),
)
print(scorecard.open_link)
