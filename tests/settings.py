"""The settings under test, on a machine that has set nothing.

Whatever the shell says is put aside, except the database: with DATABASE_URL the suite
runs on PostgreSQL, without it on an SQLite file in a folder that goes when it ends.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

FOLDER = tempfile.mkdtemp(prefix="scorecard-tests-")
(Path(FOLDER) / "static").mkdir()
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)

os.environ.update(
    SECRET_KEY="only for tests",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    DEBUG="false",
    SITE_URL="https://scorecard.example",
    SCORECARD_DEMO="false",
    SCORECARD_VAR_DIR=FOLDER,
    SECURE_TLS="false",
    STATICFILES_STORAGE="django.contrib.staticfiles.storage.StaticFilesStorage",
    EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
    CELERY_BROKER_URL="memory://",
    LOG_LEVEL="WARNING",
    # Playwright keeps an event loop in the thread in which the tests make their rows.
    DJANGO_ALLOW_ASYNC_UNSAFE="true",
)

from scorecard_site.settings import *  # noqa: E402, F403

# The databases are as in production, except that no commit waits for the disk, that
# writers have more patience with each other on a busy machine, and that the live server
# leaves no connection open: a database cannot be removed while one is.
options = DATABASES["default"].setdefault("OPTIONS", {})  # noqa: F405
if DATABASES["default"]["ENGINE"].endswith("postgresql"):  # noqa: F405
    options["options"] = "-c synchronous_commit=off"
else:
    options["timeout"] = 60
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
