"""The background jobs. Each is one function that only calls actions; what it changes it changes in `run.once`.

A job may be begun several times, since its worker may die at any moment; its effect is made once.
docs/algorithms/jobs.md
"""

from __future__ import annotations

from django_tasks import TaskContext, task

from youju.actions import audits, checking_ledger, queue, uploads


@task(takes_context=True)
def import_upload(context: TaskContext) -> None:
    """Import a workbook that its owner has looked at."""
    uploads.import_now(queue.run_of(context))


@task(takes_context=True)
def examine_draft(context: TaskContext) -> None:
    """Check a long draft."""
    audits.examine_now(queue.run_of(context))


@task(takes_context=True)
def verify_ledger(context: TaskContext) -> None:
    """Check the whole ledger for the auditor."""
    checking_ledger.check_now(queue.run_of(context))
