"""How much one member may bring in a day, so that nobody fills the disk."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Sum

from youju.actions import clock
from youju.core.problem import DomainError
from youju.store.models import AuditDraft, Event, EvidenceLink, Member, Upload


class QuotaUsed(DomainError):
    """The member has brought as much as one may in a day."""

    code = "upload.quota"
    text = (
        "您今天上传的文件已达上限（每天{files}个、共{megabytes}兆字节）。请明天再传，或请系统管理员调整上限。"
    )


def check(size: int, *, by: Member) -> None:
    """Let a further file of so many bytes pass. Four statements. Raises QuotaUsed."""
    since = clock.now() - timedelta(days=1)
    first = Event.unscoped.filter(at__lte=since).order_by("-seq").values_list("seq", flat=True).first() or 0
    kept = [
        EvidenceLink.unscoped.filter(by=by, seq__gt=first).aggregate(
            files=Count("pk"), size=Sum("blob__size")
        ),
        Upload.unscoped.filter(owner=by, at__gt=since).aggregate(files=Count("pk"), size=Sum("size")),
        {"files": AuditDraft.unscoped.filter(owner=by, at__gt=since).count()},
    ]
    files, megabytes = settings.UPLOAD_FILES_PER_DAY, settings.UPLOAD_MEGABYTES_PER_DAY
    brought = sum(each.get("files") or 0 for each in kept) + 1
    weight = sum(each.get("size") or 0 for each in kept) + size
    if brought > files or weight > megabytes * 1_000_000:
        raise QuotaUsed(files=files, megabytes=megabytes)
