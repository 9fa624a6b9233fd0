"""期间锁定: up to which day a unit's books are closed."""

from django.db import models

from youju.store.models.base import Known
from youju.store.models.member import Member
from youju.store.models.org import OrgUnit


class PeriodClose(Known):
    """Everything of the unit's subtree dated up to and including `through` is closed."""

    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    through = models.DateField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
