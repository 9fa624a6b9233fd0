"""How a member logs in, what they wrote into the complaint box, and lines of the cache. None of it is part of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from youju.store.models.base import Table, new_uid
from youju.store.models.member import Member
from youju.store.models.org import OrgUnit

if TYPE_CHECKING:
    Logins = BaseUserManager["Login"]
else:
    Logins = BaseUserManager


class LoginManager(Logins):
    """Fetches the member with the login: whoever asks for one needs the other."""

    def get_queryset(self) -> models.QuerySet[Login]:
        """Every login, its member joined."""
        return super().get_queryset().select_related("member")


class Login(AbstractBaseUser):
    """A member's password. Without this row a member cannot log in. docs/decisions/13-user-model.md

    account      the member's account, which never changes; what is typed to log in
    must_change  the password was made by the program and has to be replaced before anything else
    epoch        a number inside the session's key: raising it ends every session of this login
    """

    member = models.OneToOneField(Member, models.PROTECT, related_name="login")
    account = models.CharField(max_length=60, unique=True)
    must_change = models.BooleanField(default=True)
    epoch = models.IntegerField(default=0)
    password_at = models.DateTimeField()

    # The one manager called `objects`: allauth's migrations ask for it by that name.
    objects: ClassVar[LoginManager] = LoginManager()

    USERNAME_FIELD = "account"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.account

    def get_session_auth_hash(self) -> str:
        """What a session must carry to stay valid: it changes with the password and with `epoch`."""
        return salted_hmac("youju.login", f"{self.password}:{self.epoch}", algorithm="sha256").hexdigest()


class Complaint(Table):
    """意见箱: what somebody wants to be heard about the product or its use. `by` and `unit` are empty for one without log-in.

    page     the path it was written from
    contact  how to answer, if the writer wants that; erased with the complaint
    answer   what the county or the security administrator answered, '' while it waits
    """

    uid = models.UUIDField(unique=True, default=new_uid)
    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(OrgUnit, models.PROTECT, null=True, related_name="+")
    page = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    contact = models.CharField(max_length=100, blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)


class CacheLine(models.Model):
    """The table of Django's database cache: counters of the rate limits, shared by all processes."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    unscoped = models.Manager()

    class Meta:
        db_table = "cache"
        default_manager_name = "unscoped"
