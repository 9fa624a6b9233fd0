"""Observations: what reviewed entries say, placed on the tree; additive, known from a sequence until another."""

from django.db import models

from youju.store.models.base import OPEN, Known
from youju.store.models.entry import Entry, Revision
from youju.store.models.org import OrgUnit
from youju.store.models.spec import MeasureKey


class Observation(Known):
    """One additive row (core.observation.Row). `counted` is false while the revision waits for review."""

    measure = models.ForeignKey(MeasureKey, models.PROTECT, related_name="+", db_index=False)
    counted = models.BooleanField()
    place = models.BigIntegerField()
    day = models.DateField()
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    series = models.CharField(max_length=160, blank=True)
    dim1 = models.CharField(max_length=80, blank=True)
    dim2 = models.CharField(max_length=80, blank=True)
    dim3 = models.CharField(max_length=80, blank=True)
    value = models.BigIntegerField()
    level = models.BigIntegerField(null=True)
    origin = models.CharField(max_length=8)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="observations")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")

    class Meta(Known.Meta):
        indexes = [
            models.Index(
                fields=[
                    "measure", "place", "day", "seq_from", "seq_to", "counted", "unit", "series",
                    "dim1", "dim2", "dim3", "value", "origin",
                ],
                name="observation_covering",
            ),
            models.Index(fields=["measure", "series"], name="observation_series"),
            # Is there a row of a stock between the day asked and the end of its month? (sql/rolled.sql)
            models.Index(
                fields=["measure", "day", "place"],
                condition=models.Q(seq_to=OPEN) & ~models.Q(series=""),
                name="observation_standing",
            ),
        ]  # fmt: skip
