"""Reports that are being written: begun, saved in versions, talked about. Not part of the ledger until 定稿."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from youju.actions import clock, previewing
from youju.core.canonical import clean
from youju.core.grant import EVERY_REGISTER, Viewer
from youju.core.merging import merge_reports, merge_text
from youju.core.period import Period
from youju.core.privacy import scan
from youju.core.problem import DomainError
from youju.core.report import ReportSpec
from youju.core.secrecy import Classified, mark_in
from youju.specs.reports import report_as_text, report_from_text
from youju.store.models import Member, Report, ReportComment, ReportText
from youju.store.queries import reports, scope, specs
from youju.store.queries.ledger import head
from youju.store.queries.tree import tree_at

LONGEST = 200_000  # letters of one text


class TextTooLong(DomainError):
    """More than any report."""

    code = "report.too_long"
    text = "正文超过{most}字，不能保存。请拆成几份报告。"


class CommentEmpty(DomainError):
    """A comment without words."""

    code = "report.comment_empty"
    text = "批注没有文字。请写明意见。"


class PersonalInText(DomainError):
    """A text with somebody's identity card, telephone or bank card."""

    code = "report.personal_number"
    text = "文字中有{kind}（{masked}），没有保存。报告不写个人号码，请删去。"


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a text.

    number   its version; both: what two people wrote in one place, now standing one below the other
    merged   whether somebody else's changes were taken in
    """

    number: int
    text: str
    merged: bool = False
    both: tuple[tuple[str, str], ...] = ()


def begin(spec: ReportSpec, unit: int, period: Period, *, by: Member) -> Report:
    """Begin a report from a catalog file or any other text. Raises NotAllowed."""
    today = clock.today()
    tree = tree_at(head().head)
    viewer = scope.viewer_of(by)
    scope.require(viewer, "report", unit, tree, today, EVERY_REGISTER)
    with transaction.atomic():
        report = Report(
            spec=spec.id,
            unit_id=unit,
            first=period.first,
            last=period.last,
            title=_title(spec, tree.name(unit, period.last), period),
            by=by,
            at=clock.now(),
        )
        report.save(force_insert=True)
        _add(report, report_as_text(spec), 0, 0, by, "新建")
    return report


def begin_from(report: Report, period: Period, *, by: Member) -> Report:
    """Begin the next report from the newest text of an earlier one: same unit, new period."""
    text = reports.newest(report)
    catalog = specs.catalog_at(head().head)
    spec, _ = report_from_text(text.text, catalog)
    assert spec is not None
    return begin(spec, report.unit_id, period, by=by)


def save(report: Report, text: str, *, base: int, by: Member, note: str = "") -> Saved:
    """Save a new version written on version `base`; what others saved since is merged in, nothing is lost.

    raises  NotAllowed, TextTooLong, SecretMarked
    """
    if len(text) > LONGEST:
        raise TextTooLong(most=LONGEST)
    text = clean(text.replace("\r\n", "\n").replace("\r", "\n"))
    _check_words(text)
    _require(report, by)
    with transaction.atomic():
        Report.unscoped.select_for_update().get(pk=report.pk)  # one save after the other
        newest = reports.newest(report)
        if newest.text == text:
            return Saved(newest.number, text)
        if newest.number == base:
            return Saved(_add(report, text, base, newest.number, by, note).number, text)
        merged = _merge(report, text, base, newest)
        number = _add(
            report, merged.text, newest.number, newest.number, by, note or f"与第{newest.number}稿合并"
        ).number
        for theirs, mine in merged.both:
            remark = f"两人同时改了这里，两稿都留着：前为第{newest.number}稿，后为本稿。请删去一处。"
            quote = (mine or theirs).strip()[:200]
            ReportComment.unscoped.create(report=report, quote=quote, text=remark, by=by, at=clock.now())
        return replace(merged, number=number)


def comment(report: Report, text: str, *, quote: str = "", by: Member) -> ReportComment:
    """Remark on some words of a report. Whoever may see the report may remark on it."""
    if not text.strip():
        raise CommentEmpty
    _check_words(text)
    _require(report, by, "see")
    return ReportComment.unscoped.create(
        report=report, quote=clean(quote)[:200], text=clean(text.strip()), by=by, at=clock.now()
    )


def settle(key: int, report: Report, *, by: Member) -> None:
    """Mark a comment as settled."""
    _require(report, by, "see")
    ReportComment.unscoped.filter(pk=key, report=report, settled_by=None).update(
        settled_by=by, settled_at=clock.now()
    )


def authors(report: Report) -> Sequence[int]:
    """The keys of everybody who wrote on the text."""
    return list(ReportText.unscoped.filter(report=report).values_list("author_id", flat=True).distinct())


def _merge(report: Report, text: str, base: int, newest: ReportText) -> Saved:
    before = ReportText.unscoped.filter(report=report, number=base).first()
    old = before.text if before is not None else ""
    catalog = specs.catalog_at(head().head)
    three = [report_from_text(each, catalog)[0] for each in (old, newest.text, text)]
    if three[0] is not None and three[1] is not None and three[2] is not None:
        merged, prose = merge_reports(three[0], three[1], three[2])
        return Saved(0, report_as_text(merged), merged=True, both=prose.both)
    lines = merge_text(old, newest.text, text)
    return Saved(0, lines.text, merged=True, both=lines.both)


def _add(report: Report, text: str, base: int, last: int, by: Member, note: str) -> ReportText:
    """A further version behind `last`, the newest there is; the report's row is locked, or nobody knows it yet."""
    row = ReportText(
        report=report, number=last + 1, base=base, text=text, author=by, at=clock.now(), note=note[:200]
    )
    row.save(force_insert=True)
    return row


def _require(report: Report, by: Member, verb: str = "report") -> Viewer:
    viewer = scope.viewer_of(by)
    today = clock.today()
    scope.require(viewer, verb, report.unit_id, previewing.state(today).world.tree, today, EVERY_REGISTER)  # type: ignore[arg-type]
    return viewer


def _check_words(text: str) -> None:
    """What may stand in no text of this system. Raises Classified, PersonalInText."""
    if mark := mark_in(text):
        raise Classified(name="报告正文", mark=mark)
    found = next(scan(text), None)
    if found is not None:
        raise PersonalInText(kind=found.kind, masked=found.masked)


def _title(spec: ReportSpec, unit: str, period: Period) -> str:
    from youju.actions.composing import title_of

    return title_of(spec, unit, period)[:200]
