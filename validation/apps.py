from django.apps import AppConfig


class ValidationConfig(AppConfig):
    name = "validation"

    def ready(self) -> None:
        # Registers what workers do for this app's jobs, and when figures are frozen.
        from validation import baseline  # noqa: F401
        from validation.mailing import runner  # noqa: F401
