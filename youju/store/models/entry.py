"""Entries, their revisions and what reviewers said. Revisions, reviews and voids are appended, never changed."""

from django.db import models

from youju.store.models.base import Table, new_uid
from youju.store.models.member import Member
from youju.store.models.org import OrgUnit
from youju.store.models.spec import SpecVersion


class Entry(Table):
    """One record of a register. Its columns below `seq` are a cache of the appended rows, rebuilt by replay."""

    uid = models.UUIDField(unique=True, default=new_uid)
    register = models.CharField(max_length=80)
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    seq = models.BigIntegerField()
    state = models.CharField(max_length=10)  # pending, reviewed, returned, void
    current = models.ForeignKey("Revision", models.PROTECT, null=True, related_name="+")
    counted = models.ForeignKey("Revision", models.PROTECT, null=True, related_name="+")
    day = models.DateField()
    key_digest = models.CharField(
        max_length=64, blank=True, db_index=True
    )  # of the natural key, '' without one
    words = models.TextField(default="", blank=True)  # what the current revision says, to be searched in

    class Meta(Table.Meta):
        indexes = [
            models.Index(fields=["register", "unit", "day"], name="entry_list"),
            models.Index(fields=["state", "register"], name="entry_queue"),
        ]


class Facet(Table):
    """One value of a field that lists are filtered by, of the entry's current revision; rebuilt by replay."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="facets")
    register = models.CharField(max_length=80)
    field = models.CharField(max_length=80)
    value = models.CharField(max_length=160)

    class Meta(Table.Meta):
        constraints = [models.UniqueConstraint(fields=["entry", "field"], name="facet_once")]
        indexes = [models.Index(fields=["register", "field", "value"], name="facet_value")]


class Revision(Table):
    """What an entry said at one time.

    values      canonical JSON of the non-personal fields
    sealed      personal fields: field → salted digest of its text; the text itself lies in PersonalValue
    digest      SHA-256 over register version, unit, values and `sealed`
    provider    代录: who gave the facts to the one who typed them
    adjustment  why a day inside a locked period was changed, '' otherwise
    """

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="revisions")
    number = models.IntegerField()
    spec = models.ForeignKey(SpecVersion, models.PROTECT, related_name="+")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    day = models.DateField()
    values = models.JSONField()
    sealed = models.JSONField(default=dict)
    nil = models.BooleanField(default=False)
    author = models.ForeignKey(Member, models.PROTECT, related_name="+")
    provider = models.CharField(max_length=60, blank=True)
    reason = models.TextField(blank=True)
    adjustment = models.TextField(blank=True)
    seq = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    class Meta(Table.Meta):
        constraints = [models.UniqueConstraint(fields=["entry", "number"], name="revision_number")]
        indexes = [models.Index(fields=["seq"], name="revision_seq")]


class Review(Table):
    """Confirmed or returned, by another than the author."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="reviews")
    verdict = models.CharField(max_length=10)  # confirmed, returned
    reviewer = models.ForeignKey(Member, models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    seq = models.BigIntegerField(db_index=True)


class Void(Table):
    """作废 of an entry, with its reason."""

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="void")
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    reason = models.TextField()
    seq = models.BigIntegerField(db_index=True)


class Draft(Table):
    """What is not yet handed in: its author's alone, changed and deleted freely, not part of the ledger.

    act       record, correct or void: what handing it in will do; the last two name their `entry`
    values    raw texts by field; personal fields are never kept here
    seen      the revision that a correction was written against
    adjust    why a day inside a locked period has to change: then it waits for whoever may approve that
    declined  why the approval was refused, '' otherwise
    """

    uid = models.UUIDField(unique=True, default=new_uid)
    register = models.CharField(max_length=80)
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    author = models.ForeignKey(Member, models.PROTECT, related_name="+")
    act = models.CharField(max_length=10, default="record")
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="+")
    values = models.JSONField()
    provider = models.CharField(max_length=60, blank=True)
    reason = models.TextField(blank=True)
    seen = models.IntegerField(null=True)
    adjust = models.TextField(blank=True)
    declined = models.TextField(blank=True)
    saved_at = models.DateTimeField()


class SavedView(Table):
    """A list of a register as one person likes to see it: its filters, order and columns."""

    uid = models.UUIDField(unique=True, default=new_uid)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    register = models.CharField(max_length=80)
    title = models.CharField(max_length=40)
    query = models.CharField(max_length=2000)

    class Meta(Table.Meta):
        constraints = [
            models.UniqueConstraint(fields=["member", "register", "title"], name="saved_view_title")
        ]
