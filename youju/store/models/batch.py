"""Imports: one workbook, one register, one batch; and the rows it brought."""

from django.db import models

from youju.store.models.base import Table, new_uid
from youju.store.models.entry import Entry
from youju.store.models.evidence import Blob
from youju.store.models.member import Member
from youju.store.models.org import OrgUnit


class Batch(Table):
    """One import. `taken_back_seq` is set once when it is taken back."""

    uid = models.UUIDField(unique=True, default=new_uid)
    register = models.CharField(max_length=80)
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    rows = models.IntegerField()
    seq = models.BigIntegerField()
    taken_back_seq = models.BigIntegerField(null=True)


class ImportedRow(Table):
    """Where in which workbook an entry came from; the digest recognises the same row in a later import."""

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="imported")
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="imported")
    sheet = models.CharField(max_length=100)
    row = models.IntegerField()
    digest = models.CharField(max_length=64, db_index=True)
    seq = models.BigIntegerField(db_index=True)
