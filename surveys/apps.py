from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "surveys"

    def ready(self) -> None:
        # Registers what workers do for this app's jobs.
        from surveys.collected.tables import runner as tables  # noqa: F401
        from surveys.exports import runner as exports  # noqa: F401
        from surveys.intake.logs import keep_links_out_of_logs
        from surveys.invitations import runner as invitations  # noqa: F401

        keep_links_out_of_logs()
