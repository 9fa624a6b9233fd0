"""People with an account, and what they were granted."""

from django.db import models

from youju.store.models.base import Known, Table, new_uid
from youju.store.models.org import OrgUnit


class Member(Table):
    """One person's account. How they log in belongs to the pages."""

    uid = models.UUIDField(unique=True, default=new_uid)
    account = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    seq = models.BigIntegerField()


class Grant(Known):
    """A role over a unit's subtree, for all registers (empty) or those listed one a line."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=12)
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    registers = models.TextField(blank=True)
    since = models.DateField()
    until = models.DateField()
