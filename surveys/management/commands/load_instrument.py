from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.instrument.file import STANDARD, InvalidInstrument, read_instrument
from surveys.instrument.services import VersionTaken, load_instrument


class Command(BaseCommand):
    help = "Load an instrument from a YAML file; by default the standard one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=STANDARD)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            instrument = load_instrument(file=read_instrument(path.read_bytes()))
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}") from error
        except InvalidInstrument as error:
            raise CommandError("\n".join([f"{path}:", *error.problems])) from error
        except VersionTaken as error:
            raise CommandError(f"{path}: {error}") from error
        self.stdout.write(f"Loaded {instrument}")
