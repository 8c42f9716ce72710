"""What the web server runs: Django, and before it the pulse of the open boards."""

import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scorecard_site.settings")

django_application = get_wsgi_application()

from django.conf import settings  # noqa: E402 - needs the apps loaded

from validation.board.pulse import PulseFirst  # noqa: E402

application = PulseFirst(django_application)

# All that is loaded now stays as long as the server: no request has to wait while it is
# looked through for garbage again.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
