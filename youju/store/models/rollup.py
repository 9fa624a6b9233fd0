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


class Reach(Table):
    """One cell of how many units are covered and have reported (core.reach).

    rule      the number of the rule; which rules there are, `Ledger.rules` tells
    met_*     units whose sum since the month, quarter, year began rose above nothing in this month, less those that fell back;
              met: the same of stocks, since ever
    told      units that reported in the slot that ends with this month; told_q, told_y: in every slot of the quarter,
              of the year, up to it
    """

    node = models.BigIntegerField()
    rule = models.IntegerField()
    month = models.IntegerField()
    met_m = models.BigIntegerField(default=0)
    met_q = models.BigIntegerField(default=0)
    met_y = models.BigIntegerField(default=0)
    met = models.BigIntegerField(default=0)
    told = models.BigIntegerField(default=0)
    told_q = models.BigIntegerField(default=0)
    told_y = models.BigIntegerField(default=0)

    class Meta(Table.Meta):
        constraints = [models.UniqueConstraint(fields=["node", "rule", "month"], name="reach_cell")]
