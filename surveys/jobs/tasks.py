"""Doors for the queue. They carry no ids: the database says what there is to do."""

from celery import shared_task
from celery.signals import worker_ready
from django.utils import timezone

from surveys.jobs.files import remove_old_files
from surveys.jobs.services import claim_next_job, run_job, wake_a_worker
from surveys.models import Job, Scorecard, UnfoldedResponse
from surveys.tallies import fold_tallies


@shared_task
def work_off_jobs() -> None:
    """Do jobs until none is left to claim."""
    while job := claim_next_job(timezone.now()):
        run_job(job)


@shared_task
def take_up_abandoned_jobs() -> None:
    """Wake a worker if a job waits, or was left by a worker that was killed."""
    if Job.objects.claimable(timezone.now()).exists():
        work_off_jobs()


@shared_task
def remove_old_job_files() -> None:
    """Remove files that were kept long enough, and what killed workers left."""
    remove_old_files(timezone.now())


@shared_task
def fold_all_tallies() -> None:
    """Fold new responses of every scorecard into its tallies."""
    unfolded = UnfoldedResponse.objects.values("response__scorecard")
    waiting = Scorecard.objects.select_related("instrument").filter(pk__in=unfolded)
    for scorecard in waiting:
        while fold_tallies(scorecard):
            pass


@worker_ready.connect
def look_for_work(**_: object) -> None:
    wake_a_worker()
