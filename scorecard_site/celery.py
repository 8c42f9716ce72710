"""The queue. It only wakes a worker: a job's truth is its row in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scorecard_site.settings")

app = Celery("scorecard")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["surveys.jobs", "surveys.invitations", "validation.mailing"])
