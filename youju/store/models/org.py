"""Organisation units; names, places and tags are dated, and known from a sequence on."""

from django.db import models

from youju.store.models.base import Known, Table, new_uid


class OrgUnit(Table):
    """One unit for ever; what it was called and where it stood is in the other tables."""

    uid = models.UUIDField(unique=True, default=new_uid)
    seq = models.BigIntegerField()


class UnitNaming(Known):
    """Name, kind and national code from a day until a day (excluded; 9999-12-31 = open)."""

    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="namings")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=12)
    code = models.CharField(max_length=12, blank=True)
    aliases = models.TextField(blank=True)  # one a line
    since = models.DateField()
    until = models.DateField()


class UnitPlacement(Known):
    """Where a unit stood; `place` is the internal interval code, never shown."""

    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="placements")
    parent = models.ForeignKey(OrgUnit, models.PROTECT, null=True, related_name="+")
    place = models.BigIntegerField()
    since = models.DateField()
    until = models.DateField()
    successor = models.ForeignKey(OrgUnit, models.PROTECT, null=True, related_name="+")

    class Meta(Known.Meta):
        indexes = [models.Index(fields=["place", "since"], name="placement_place")]


class UnitTagging(Known):
    """A dated tag: 公路沿线."""

    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="taggings")
    tag = models.CharField(max_length=40)
    since = models.DateField()
    until = models.DateField()
