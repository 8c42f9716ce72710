"""Whether a reminder was left out is on record, not read off its number of letters."""

from datetime import timedelta

from django.db import migrations, models

REST = timedelta(hours=20)


def read_off(apps, schema_editor):
    """Of planned reminders that wrote to nobody.

    Where all is anonymous only those after another one: others wrote to nobody,
    maybe, because all had finished.
    """
    runs = apps.get_model("surveys", "ReminderRun").objects
    empty = runs.filter(written=0, requested_by=None).select_related("scorecard")
    for run in empty:
        before = runs.filter(
            scorecard=run.scorecard_id,
            written__gt=0,
            written_at__lt=run.written_at,
            written_at__gt=run.written_at - REST,
        )
        if run.scorecard.anonymity == "confidential" or before.exists():
            runs.filter(pk=run.pk).update(left_out_at=run.written_at)


class Migration(migrations.Migration):
    dependencies = [("surveys", "0004_letters_tried_again")]

    operations = [
        migrations.AddField(
            model_name="reminderrun",
            name="left_out_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(read_off, migrations.RunPython.noop),
    ]
