"""The versions of catalog files that the ledger was written by."""

from django.db import models

from youju.store.models.base import Table


class SpecVersion(Table):
    """One version of one catalog file, self-contained. Files are the source, this is the record."""

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    text = models.TextField()
    active_from_seq = models.BigIntegerField()

    class Meta(Table.Meta):
        indexes = [models.Index(fields=["kind", "name", "active_from_seq"], name="spec_active")]


class MeasureKey(Table):
    """A short number for each measure id, so that ten million observations need not repeat the text."""

    name = models.CharField(max_length=120, unique=True)
