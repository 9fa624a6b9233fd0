"""Workbooks that were brought to be imported, and what was learned of their headings. Not part of the ledger."""

from django.db import models

from youju.store.models.base import Table, new_uid
from youju.store.models.job import Job
from youju.store.models.member import Member
from youju.store.models.org import OrgUnit


class Upload(Table):
    """One workbook of one member, with what they decided about it so far; its owner's alone, swept after seven days.

    register  '' until it is known
    mapping   heading → field id, '' to leave the column out: what the owner corrected in this upload
    job       the last import that was asked for
    """

    uid = models.UUIDField(unique=True, default=new_uid)
    owner = models.ForeignKey(Member, models.PROTECT, related_name="+")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    register = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    mapping = models.JSONField(default=dict)
    provider = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField(db_index=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")


class LearnedHeading(Table):
    """What a heading of a unit's workbooks means in one register, as somebody corrected it; '' leaves the column out."""

    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    register = models.CharField(max_length=80)
    heading = models.CharField(max_length=200)
    field = models.CharField(max_length=80, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(Table.Meta):
        constraints = [
            models.UniqueConstraint(fields=["unit", "register", "heading"], name="learned_heading_once")
        ]
