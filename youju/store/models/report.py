"""Reports: what is being written, and what was signed off. Final reports and their figures are appended, never changed."""

from django.db import models

from youju.store.models.base import Table, new_uid
from youju.store.models.member import Member
from youju.store.models.org import OrgUnit


class Report(Table):
    """One report of one unit and period. Its text is written freely until 定稿; the row itself keeps what never changes.

    spec   id of the catalog file it was begun from, '' when from nothing or from another report
    """

    uid = models.UUIDField(unique=True, default=new_uid)
    spec = models.CharField(max_length=80, blank=True)
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    first = models.DateField()
    last = models.DateField()
    title = models.CharField(max_length=200)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(Table.Meta):
        indexes = [models.Index(fields=["unit", "last"], name="report_list")]


class ReportText(Table):
    """One version of the text, in the form of a report file. `base` is the version it was written on."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="texts")
    number = models.IntegerField()
    base = models.IntegerField(default=0)
    text = models.TextField()
    author = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    class Meta(Table.Meta):
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="report_text_number")]


class ReportComment(Table):
    """A remark on some words of a report, until somebody settles it."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="comments")
    quote = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    settled_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)


class FinalReport(Table):
    """定稿: one signed version.

    number   1, 2 … within the report; text_number is the version of the text that was signed
    source   that text, in the form of a report file; details: JSON, what stood for each name that is words
    body     what the body read as; facts: the facts.json that goes with it
    digest   SHA-256 over all of these
    """

    uid = models.UUIDField(unique=True, default=new_uid)
    report = models.ForeignKey(Report, models.PROTECT, related_name="finals")
    number = models.IntegerField()
    text_number = models.IntegerField()
    title = models.CharField(max_length=200)
    day = models.DateField()
    source = models.TextField()
    details = models.TextField()
    body = models.TextField()
    facts = models.TextField()
    signer = models.ForeignKey(Member, models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    seq = models.BigIntegerField(db_index=True)
    digest = models.CharField(max_length=64)

    class Meta(Table.Meta):
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="final_report_number")]


class FrozenFigure(Table):
    """One figure of a final report as it stood.

    key             F001 as in the text; F001+name for another figure that the same printed number speaks for
    recipe          with its moment; value: decimal text in `unit`, '' when unreported
    whole           '17个' of a coverage, '' otherwise
    sources         how many revisions stood behind it, and the digest of their keys
    """

    final = models.ForeignKey(FinalReport, models.PROTECT, related_name="figures")
    key = models.CharField(max_length=120)
    name = models.CharField(max_length=80)
    recipe = models.TextField()
    value = models.CharField(max_length=40, blank=True)
    unit = models.CharField(max_length=20)
    whole = models.CharField(max_length=60, blank=True)
    wording = models.CharField(max_length=200)
    n = models.BigIntegerField()
    missing = models.IntegerField()
    pending = models.IntegerField()
    sources = models.IntegerField()
    sources_digest = models.CharField(max_length=64)
    seq = models.BigIntegerField()

    class Meta(Table.Meta):
        constraints = [models.UniqueConstraint(fields=["final", "key"], name="frozen_figure_key")]
