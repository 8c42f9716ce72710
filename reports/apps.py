from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        # Registers what workers do for this app's jobs, and what the ledger chains.
        from reports.downloads import runner  # noqa: F401
        from reports.editions import chained  # noqa: F401
