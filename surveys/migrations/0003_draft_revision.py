from django.db import migrations, models


class Migration(migrations.Migration):
    """A counter of what was saved in a draft.

    Written out: Django would make the table anew on SQLite, without its triggers.
    """

    dependencies = [("surveys", "0002_triggers")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE surveys_draft ADD COLUMN revision integer NOT NULL DEFAULT 0",
            "ALTER TABLE surveys_draft DROP COLUMN revision",
            state_operations=[
                migrations.AddField(
                    model_name="draft",
                    name="revision",
                    field=models.IntegerField(db_default=0, default=0),
                ),
            ],
        ),
    ]
