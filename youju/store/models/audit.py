"""材料体检: drafts under check, their owner's alone and for 30 days; and what people have said that words mean."""

from django.db import models

from youju.store.models.base import Table, new_uid
from youju.store.models.job import Job
from youju.store.models.member import Member
from youju.store.models.org import OrgUnit


class AuditDraft(Table):
    """One draft somebody had checked; its file lies in drafts/ below YOUJU_DATA when there was one. Not part of the ledger.

    series  the drafts that are versions of one another; number counts them from 1
    text    as read; spans: where its characters stand in the file, as JSON rows
    first, last  what it reports on, null when it does not say
    found   what the check said, as JSON; null while it has not been made
    """

    uid = models.UUIDField(unique=True, default=new_uid)
    owner = models.ForeignKey(Member, models.PROTECT, related_name="+")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, null=True, related_name="+")
    series = models.UUIDField(db_index=True, default=new_uid)
    number = models.IntegerField(default=1)
    name = models.CharField(max_length=255)
    kind = models.CharField(max_length=8)
    text = models.TextField()
    spans = models.JSONField(default=list)
    as_of = models.DateField()
    first = models.DateField(null=True)
    last = models.DateField(null=True)
    guessed = models.CharField(max_length=40, blank=True)
    found = models.JSONField(null=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(db_index=True)

    class Meta(Table.Meta):
        indexes = [models.Index(fields=["owner", "at"], name="audit_draft_list")]


class AcceptedFinding(Table):
    """A finding or verdict that the owner lets stand, with the reason, or words taken over in its place.

    replacement  a true wording of the ledger's figure that goes into the exported draft; '' when it stands
    """

    draft = models.ForeignKey(AuditDraft, models.CASCADE, related_name="accepted")
    key = models.CharField(max_length=64)
    reason = models.CharField(max_length=200, blank=True)
    replacement = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta(Table.Meta):
        constraints = [models.UniqueConstraint(fields=["draft", "key"], name="accepted_finding_once")]


class LearnedWords(Table):
    """What words of a unit's drafts mean: proposed by one member, decided by another. It holds for its proposer at once.

    words     the clause without number, day and place; shown: as it was written
    unit_symbol  the unit of measure it was said with
    """

    uid = models.UUIDField(unique=True, default=new_uid)
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    words = models.CharField(max_length=120)
    shown = models.CharField(max_length=200)
    unit_symbol = models.CharField(max_length=20)
    measure = models.CharField(max_length=120)
    dims = models.JSONField(default=list)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=8, default="proposed")  # proposed, accepted, declined
    decided_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta(Table.Meta):
        indexes = [models.Index(fields=["unit", "state"], name="learned_words_list")]
