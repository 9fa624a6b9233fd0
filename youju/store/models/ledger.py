"""The ledger: one row with the head, and the chain of events behind it."""

from django.db import models

from youju.store.models.base import Table


class Ledger(Table):
    """The head of the chain; every action that changes the ledger locks this row last."""

    id = models.SmallIntegerField(primary_key=True)
    head = models.BigIntegerField()
    at = models.DateTimeField()
    hash = models.CharField(max_length=64)
    org_seq = models.BigIntegerField(default=0)  # the last event that changed the organisation
    grid = models.CharField(
        max_length=64, default="", blank=True
    )  # which roll-ups are kept; '' when none are
    rules = models.CharField(max_length=64, default="", blank=True)  # which reach is kept; '' when none is


class Event(Table):
    """One acknowledged change. `body` is canonical text; `hash` chains it to the one before."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=40)
    actor = models.ForeignKey("store.Member", models.PROTECT, null=True, related_name="+")
    body = models.TextField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)


class Request(Table):
    """An idempotency key: the same key, member and body is the same write. Kept 90 days, the last thousand longer."""

    key = models.CharField(max_length=100)
    member = models.ForeignKey("store.Member", models.PROTECT, related_name="+")
    body_digest = models.CharField(max_length=64)
    result = models.TextField()
    at = models.DateTimeField(db_index=True)

    class Meta(Table.Meta):
        constraints = [models.UniqueConstraint(fields=["key", "member"], name="request_once")]
