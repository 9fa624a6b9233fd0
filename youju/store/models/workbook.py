"""Original workbooks with personal columns: sealed in the evidence store, their keys beside the chain, erasable."""

from django.db import models

from youju.store.models.base import Table
from youju.store.models.batch import Batch
from youju.store.models.evidence import Blob
from youju.store.models.member import Member


class SealedWorkbook(Table):
    """That the workbook of a batch lies sealed.

    blob    the sealed bytes: the batch's own, or for one that an earlier version kept as it came, those in its place
    digest  salted, of the bytes as they came: proves the workbook while its salt lives
    """

    batch = models.OneToOneField(Batch, models.PROTECT, related_name="sealed")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    seq = models.BigIntegerField(db_index=True)


class WorkbookKey(Table):
    """What opens one sealed workbook: its own key, wrapped by the instance's. May be deleted only after its tombstone stands."""

    sealed = models.OneToOneField(SealedWorkbook, models.PROTECT, related_name="key")
    salt = models.BinaryField(max_length=16)
    nonce = models.BinaryField(max_length=12)
    wrapped = models.BinaryField(max_length=48)
    erase_on = models.DateField(db_index=True)


class WorkbookTombstone(Table):
    """That a sealed workbook was erased, why, on what basis and who approved it."""

    sealed = models.OneToOneField(SealedWorkbook, models.PROTECT, related_name="erased")
    reason = models.TextField()
    basis = models.TextField()
    approver = models.ForeignKey(Member, models.PROTECT, related_name="+")
    seq = models.BigIntegerField(db_index=True)
