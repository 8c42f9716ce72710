"""What the web server runs: Django, and before it the pulse of the open boards."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scorecard_site.settings")

django_application = get_wsgi_application()

from validation.board.pulse import PulseFirst  # noqa: E402 - needs the apps loaded

application = PulseFirst(django_application)
