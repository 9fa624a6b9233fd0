"""Roll-ups: sums of the open observations by node, measure, part and month. For now only; may be dropped and rebuilt."""

from django.db import models

from youju.store.models.base import Table
from youju.store.models.spec import MeasureKey


class RollUp(Table):
    """One cell (core.rollup).

    node      the first place of a unit's interval, times ten, plus its level
    dim, dim2 values of the first and second rolled dimension, '' for any
    month     months since the year 0
    n, total  counted rows and their sum
    waiting   rows that wait for review; shared: those whose entry has another one waiting for the measure
    standing  by how many the series that stand above or below nothing changed
    """

    node = models.BigIntegerField()
    measure = models.ForeignKey(MeasureKey, models.PROTECT, related_name="+", db_index=False)
    dim = models.CharField(max_length=80, default="", blank=True)
    dim2 = models.CharField(max_length=80, default="", blank=True)
    month = models.IntegerField()
    n = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    waiting = models.BigIntegerField(default=0)
    shared = models.BigIntegerField(default=0)
    standing = models.BigIntegerField(default=0)

    class Meta(Table.Meta):
        constraints = [
            models.UniqueConstraint(fields=["node", "measure", "dim", "dim2", "month"], name="rollup_cell")
        ]
