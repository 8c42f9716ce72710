"""How the settings are read from environment variables: all first, then judged at once.

Nothing starts while one is missing or cannot be read; each is named, in plain lines.
"""

import os
import sys
from pathlib import Path
from typing import Any

import dj_database_url
from environs import Env, EnvValidationError, ValidationError

DATABASES = {"django.db.backends.sqlite3", "django.db.backends.postgresql"}


class Environment(Env):
    """What cannot be had is None until `stop_if_wrong` ends the process for it."""

    def __init__(self) -> None:
        super().__init__(eager=False)
        self.add_parser("folder", _folder)
        self.add_parser("database", _database)

    def stop_if_wrong(self) -> None:
        """Ends the process, if need be, with a line for each variable that is wrong.

        The values are not printed: some are secrets.
        """
        try:
            self.seal()
        except EnvValidationError as error:
            wrong: Any = error.error_messages
            lines = [
                "Nothing was started. Set these environment variables; "
                "docs/settings.md says what each one is:"
            ]
            lines += [f"  {name}: {' '.join(why)}" for name, why in wrong.items()]
            sys.exit("\n".join(lines))


def _folder(value: str) -> Path:
    """The folder, made if it is not there yet."""
    folder = Path(value)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValidationError(f"Not a folder: {error.strerror}.") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ValidationError("Not a folder that can be written to.")
    return folder


def _database(value: str, **options: Any) -> dj_database_url.DBConfig:
    try:
        database = dj_database_url.parse(value, **options)
    except ValueError:
        database = {}
    if database.get("ENGINE") not in DATABASES:
        raise ValidationError("Not like postgres://user:password@host/name.")
    return database
