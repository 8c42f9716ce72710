"""Letters that the mail server refuses for now are tried again by themselves."""

from django.db import migrations, models

from surveys.triggers import Refuse

# A CHECK would make the table anew on SQLite, which drops its triggers.
NOT_PUT_OFF = """
NEW.try_again_at IS NOT NULL
AND (NEW.state <> 'waiting' OR NEW.error = '' OR NEW.refusals IS NULL)
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0003_draft_revision")]

    operations = [
        migrations.AddField(
            model_name="invitationletter",
            name="refusals",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="invitationletter",
            name="try_again_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        *(
            Refuse(
                f"surveys_invitationletter_put_off_{event.lower()}",
                "surveys_invitationletter",
                event,
                "a letter that is tried again waits, and says why",
                NOT_PUT_OFF,
            )
            for event in ("INSERT", "UPDATE")
        ),
    ]
