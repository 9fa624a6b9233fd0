"""Personal data beside the chain: encrypted, erasable, with a tombstone for what was erased."""

from django.db import models

from youju.store.models.base import Table
from youju.store.models.entry import Revision
from youju.store.models.member import Member


class PersonalValue(Table):
    """One personal field of one revision (AES-GCM). May be deleted only after its tombstone stands."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="personal")
    field = models.CharField(max_length=60)
    salt = models.BinaryField(max_length=16)
    nonce = models.BinaryField(max_length=12)
    ciphertext = models.BinaryField()
    erase_on = models.DateField(db_index=True)

    class Meta(Table.Meta):
        constraints = [models.UniqueConstraint(fields=["revision", "field"], name="personal_once")]


class Tombstone(Table):
    """That a personal field was erased, why, on what basis and who approved it."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="tombstones")
    field = models.CharField(max_length=60)
    reason = models.TextField()
    basis = models.TextField()
    approver = models.ForeignKey(Member, models.PROTECT, related_name="+")
    seq = models.BigIntegerField(db_index=True)

    class Meta(Table.Meta):
        constraints = [models.UniqueConstraint(fields=["revision", "field"], name="tombstone_once")]
