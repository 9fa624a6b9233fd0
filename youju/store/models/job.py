"""Background jobs beside the rows of django-tasks-db, and the effects that were made. Neither is part of the ledger."""

from django.db import models

from youju.store.models.base import Table, new_uid
from youju.store.models.member import Member


class Job(Table):
    """What somebody asked to be done in the background; its owner's alone.

    kind         the name of its function in actions.jobs
    task         the id of its row in the queue
    asked        ids and options as JSON, never a personal value
    lease_until  until when the worker that has it is taken to be alive; `heartbeat` is when it last said so
    attempts     how often it was taken; what an earlier attempt still says is not heard
    step, steps  how far it is: n of m; m = 0 when that is not known
    trace        where it broke, without values (core.job.trace_of)
    """

    uid = models.UUIDField(unique=True, default=new_uid)
    kind = models.CharField(max_length=40)
    effect_key = models.CharField(max_length=160, unique=True)
    owner = models.ForeignKey(Member, models.PROTECT, related_name="+")
    task = models.UUIDField(unique=True)
    asked = models.JSONField()
    state = models.CharField(max_length=8, default="waiting")
    worker = models.CharField(max_length=64, blank=True)
    attempts = models.IntegerField(default=0)
    heartbeat = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    step = models.IntegerField(default=0)
    steps = models.IntegerField(default=0)
    message = models.CharField(max_length=120, blank=True)
    result = models.JSONField(default=dict)
    error = models.CharField(max_length=60, blank=True)
    reason = models.TextField(blank=True)
    trace = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(Table.Meta):
        indexes = [
            models.Index(fields=["state", "lease_until"], name="job_lease"),
            models.Index(fields=["owner", "asked_at"], name="job_list"),
        ]


class JobEffect(Table):
    """That a job's effect was made, written in the effect's own transaction: a second one of its key cannot commit."""

    effect_key = models.CharField(max_length=160, unique=True)
    attempt = models.UUIDField()
    result = models.JSONField(default=dict)
    at = models.DateTimeField(db_index=True)
