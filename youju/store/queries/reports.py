"""Reports as a person asks for them: those being written, those signed off, and their versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from django.db.models import QuerySet

from youju.core.grant import Verb, Viewer
from youju.core.orgtree import OrgTree
from youju.core.period import Period
from youju.core.problem import DomainError
from youju.store.models import FinalReport, FrozenFigure, Report, ReportComment, ReportText
from youju.store.queries import scope

# Names for those who may not import the tables.
ReportRow: TypeAlias = Report
FinalRow: TypeAlias = FinalReport
FrozenRow: TypeAlias = FrozenFigure
TextRow: TypeAlias = ReportText
CommentRow: TypeAlias = ReportComment


class UnknownStoredReport(DomainError):
    """No report of that number within what the asker may see."""

    code = "report_number.unknown"
    text = "没有编号为{number}的报告，或无权查看。"


class NotFinal(DomainError):
    """A report that nobody has signed off."""

    code = "report.not_final"
    text = "《{title}》还没有定稿。请先定稿。"


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One report in a list. `final` is the number of its last 定稿, 0 for none; `version` that of its newest text."""

    id: int
    uid: str
    title: str
    unit: str
    period: Period
    author: str
    version: int
    saved_at: datetime
    final: int
    final_seq: int


def latest_finals(viewer: Viewer, tree: OrgTree, today: date, limit: int) -> list[FinalReport]:
    """The newest 定稿 of the reports the viewer may see, the latest first. One statement."""
    rows = scope.visible(Report.unscoped.all(), viewer, tree, today)
    finals = FinalReport.unscoped.filter(report__in=rows.values("pk"))
    return list(finals.only("uid", "title", "body", "facts").order_by("-seq")[:limit])


def listed(viewer: Viewer, tree: OrgTree, today: date) -> list[ReportLine]:
    """Every report that the viewer may see, the latest period first. Three statements."""
    return _lines(list(_ordered(viewer, tree, today)), tree)


def page(
    viewer: Viewer, tree: OrgTree, today: date, *, offset: int, limit: int
) -> tuple[int, list[ReportLine]]:
    """How many reports the viewer may see, and a part of them in the same order. Four statements."""
    rows = _ordered(viewer, tree, today)
    return rows.count(), _lines(list(rows[offset : offset + limit]), tree)


def _ordered(viewer: Viewer, tree: OrgTree, today: date) -> QuerySet[Report]:
    rows = scope.visible(Report.unscoped.all(), viewer, tree, today)
    return rows.select_related("by").order_by("-last", "-pk")


def _lines(found: list[Report], tree: OrgTree) -> list[ReportLine]:
    keys = [each.pk for each in found]
    texts: dict[int, ReportText] = {}
    for text in ReportText.unscoped.filter(report__in=keys).defer("text").order_by("number"):
        texts[text.report_id] = text
    finals: dict[int, FinalReport] = {}
    for final in (
        FinalReport.unscoped.filter(report__in=keys).only("report_id", "number", "seq").order_by("number")
    ):
        finals[final.report_id] = final
    return [
        ReportLine(
            each.pk,
            str(each.uid),
            each.title,
            tree.full_name(each.unit_id, each.last),
            Period(each.first, each.last),
            each.by.name,
            texts[each.pk].number,
            texts[each.pk].at,
            finals[each.pk].number if each.pk in finals else 0,
            finals[each.pk].seq if each.pk in finals else 0,
        )
        for each in found
    ]


def get(number: int | str, viewer: Viewer, tree: OrgTree, today: date, verb: Verb = "see") -> Report:
    """The report with this number or uid. Raises UnknownStoredReport for what the viewer may not see."""
    rows = scope.visible(Report.unscoped.all(), viewer, tree, today, verb)
    text = str(number)
    rows = rows.filter(pk=int(text)) if text.isdecimal() and len(text) < 19 else rows.filter(uid=_uid(text))
    found = rows.select_related("by").first()
    if found is None:
        raise UnknownStoredReport(number=number)
    return found


def by_key(key: int) -> Report:
    """The report with this key, for who has been let through to it. One statement."""
    return Report.unscoped.select_related("by").get(pk=key)


def _uid(text: str) -> str:
    import uuid

    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise UnknownStoredReport(number=text[:40]) from None


def newest(report: Report) -> ReportText:
    """The newest version of the text."""
    found = ReportText.unscoped.filter(report=report).select_related("author").order_by("-number").first()
    assert found is not None
    return found


def version(report: Report, number: int) -> ReportText:
    """One version of the text. Raises UnknownStoredReport."""
    found = ReportText.unscoped.filter(report=report, number=number).select_related("author").first()
    if found is None:
        raise UnknownStoredReport(number=f"{report.pk}第{number}稿")
    return found


def versions(report: Report) -> Sequence[ReportText]:
    """All versions without their text, the newest first."""
    return list(
        ReportText.unscoped.filter(report=report).select_related("author").defer("text").order_by("-number")
    )


def comments(report: Report) -> Sequence[ReportComment]:
    """The comments of a report, open ones first."""
    rows = ReportComment.unscoped.filter(report=report).select_related("by", "settled_by")
    return sorted(rows, key=lambda each: (each.settled_at is not None, each.pk))


def finals(report: Report) -> Sequence[FinalReport]:
    """The signed versions of a report, the newest first."""
    return list(FinalReport.unscoped.filter(report=report).select_related("signer").order_by("-number"))


def final(report: Report, number: int = 0) -> FinalReport:
    """A signed version, the newest without a number. Raises NotFinal."""
    rows = FinalReport.unscoped.filter(report=report).select_related("signer", "report").order_by("-number")
    found = (rows.filter(number=number) if number else rows).first()
    if found is None:
        raise NotFinal(title=report.title)
    return found


def last_final(key: int) -> FinalReport | None:
    """The newest signed version of a report that a route has let through. One statement."""
    rows = FinalReport.unscoped.filter(report=key).select_related("signer", "report")
    return rows.order_by("-number").first()


def frozen(row: FinalReport) -> list[FrozenFigure]:
    """The figures of a final report in the order of the text."""
    return list(FrozenFigure.unscoped.filter(final=row).order_by("pk"))
