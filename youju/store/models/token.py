"""Personal tokens 接口令牌: a program acts as one member, with one of that member's grants, until a day."""

from django.db import models

from youju.store.models.base import Known, new_uid
from youju.store.models.member import Grant, Member


class Token(Known):
    """The secret is shown once and kept as its SHA-256; it is long and random, so no slower digest is needed.

    expires_on  the first day on which it no longer works
    """

    uid = models.UUIDField(unique=True, default=new_uid)
    member = models.ForeignKey(Member, models.PROTECT, related_name="tokens")
    grant = models.ForeignKey(Grant, models.PROTECT, related_name="+")
    title = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    expires_on = models.DateField()
