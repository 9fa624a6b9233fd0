"""Evidence: files by their SHA-256, linked to entries."""

from django.db import models

from youju.store.models.base import Table
from youju.store.models.member import Member


class Blob(Table):
    """A file kept once, by content. The bytes lie in the evidence store under the digest."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)


class EvidenceLink(Table):
    """A blob as evidence of an entry; the day it proves and the day it expires are claims of who attached it."""

    entry = models.ForeignKey("store.Entry", models.PROTECT, related_name="evidence")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="links")
    name = models.CharField(max_length=255)
    effective_on = models.DateField(null=True)
    expires_on = models.DateField(null=True)
    reuse_reason = models.TextField(blank=True)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    seq = models.BigIntegerField(db_index=True)

    class Meta(Table.Meta):
        constraints = [models.UniqueConstraint(fields=["entry", "blob"], name="evidence_once")]
