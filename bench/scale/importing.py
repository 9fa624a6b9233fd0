"""Workbooks read, checked and committed, then reviewed at once, against openpyxl in full mode reading every cell of them.

Two of them: four columns of a village's leaflets, and ten of a town's disputes (natural key, a sealed field, two facts an
entry, each row naming its village), as towns keep them. Where the time goes is told by step, per thousand rows.
"""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

from bench.scale.cast import Cast

if TYPE_CHECKING:
    from bench.scale.goals import Goals

P = ParamSpec("P")
R = TypeVar("R")
SIZES = (3_000, 20_000)
KINDS = ("邻里", "婚姻家庭", "宅基地", "山林土地", "水田排水")
ENDS = ("书面协议", "口头协议", "终止告知诉讼")


def measure(name: str, cast: Cast, rounds: int, goals: Goals) -> None:
    """Every kind and size of workbook; a fresh file every round, because a row imported before is not imported again."""
    gc.collect()
    gc.freeze()  # as the server does: what is loaded at the start is left out of memory collections
    for rows in SIZES:
        for title, register, write in (
            ("4 columns", "publicity-leaflets", _leaflets),
            ("10 columns", "disputes", _disputes),
        ):
            once = [_round(cast.elsewhere(), register, rows, write) for _ in range(max(rounds // 2, 3))]
            _tell(name, f"{rows:,} rows of {title}", once, rows, goals)


class Sheet(Protocol):
    """The sheet of xlsxwriter as far as it is written here."""

    def write_row(self, row: int, column: int, data: Sequence[object]) -> object:
        """Write cells side by side."""

    def merge_range(self, top: int, left: int, bottom: int, right: int, data: str) -> object:
        """Merge cells and write into the first."""


@dataclass(slots=True)
class Taken:
    """Seconds of one round: of openpyxl, of the import and of the review, and of the steps of both."""

    openpyxl: float = 0.0
    imported: float = 0.0
    reviewed: float = 0.0
    steps: dict[str, float] = field(default_factory=dict)


def _round(cast: Cast, register: str, rows: int, write: Callable[[Sheet, int, Cast], None]) -> Taken:
    import xlsxwriter

    from youju.actions import batches, reviews

    taken = Taken()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, f"{register}.xlsx")
        book = xlsxwriter.Workbook(str(file), {"default_date_format": "yyyy-mm-dd"})
        write(book.add_worksheet("台账"), rows, cast)
        book.close()
        taken.openpyxl = _timed(lambda: _read_by_openpyxl(file))
        unit = cast.town if register == "disputes" else cast.village
        request = batches.Request(unit, register, path=file)
        done: list[Sequence[int]] = []
        with _steps(taken.steps, "import"):
            taken.imported = _timed(
                lambda: done.append(
                    batches.import_workbook(request, by=cast.recorder, units=cast.units).entries
                )
            )
        assert len(done[0]) == rows, len(done[0])
        with _steps(taken.steps, "review"):
            taken.reviewed = _timed(lambda: reviews.confirm(done[0], by=cast.reviewer))
    return taken


def _read_by_openpyxl(file: Path) -> None:
    import openpyxl

    for sheet in openpyxl.load_workbook(file).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                cell.value  # noqa: B018 - read


def _tell(name: str, what: str, rounds: Sequence[Taken], rows: int, goals: Goals) -> None:
    read, made, reviewed = (
        median(getattr(each, name) for each in rounds) for name in ("openpyxl", "imported", "reviewed")
    )
    print(f"\n{name}, {what}: openpyxl {read:.2f} s, import {made:.2f} s, bulk review {reviewed:.2f} s")
    print("  milliseconds per 1,000 rows (median of each step)")
    for step in rounds[0].steps:
        spent = median(each.steps.get(step, 0.0) for each in rounds)
        print(f"  {step:<44}{spent * 1e6 / rows:9.1f}")
    goals.at_most(f"import / openpyxl reading, {what}", median(e.imported / e.openpyxl for e in rounds), 2)
    goals.at_most(
        f"bulk review / openpyxl reading, {what}", median(e.reviewed / e.openpyxl for e in rounds), 3
    )


@contextmanager
def _steps(steps: dict[str, float], doing: str) -> Iterator[None]:
    """Inside, what each step takes without the steps inside it is added up, and the rest under the name of the whole."""
    from youju.actions import batches, entries, ledger, reviews, rolling
    from youju.store import bulk

    watched: list[tuple[ModuleType, str, str]] = [
        (batches, "read_workbook", "read in the child process"),
        (batches, "rows_of", "find columns, check rows"),
        (batches, "examine", "compare rows with the ledger"),
        (entries, "write", "make revisions, digests, search words"),
        (bulk, "insert", "insert rows"),
        (bulk, "update", "set columns of entries"),
        (reviews, "_visible", "find the entries and what may be seen"),
        (batches, "reobserve", "read back, observe, compare"),
        (reviews, "reobserve", "read back, observe, compare"),
        (rolling, "roll", "roll up"),
        (ledger, "_append", "chain: digests of all rows, event"),
    ]
    nested: list[float] = []

    def watch(run: Callable[P, R], step: str) -> Callable[P, R]:
        def watched(*args: P.args, **kwargs: P.kwargs) -> R:
            nested.append(0.0)
            started = time.perf_counter()
            try:
                return run(*args, **kwargs)
            finally:
                whole = time.perf_counter() - started
                steps[f"{doing}: {step}"] = steps.get(f"{doing}: {step}", 0.0) + whole - nested.pop()
                if nested:
                    nested[-1] += whole

        return watched

    with ExitStack() as restore:
        for module, name, step in watched:
            kept = getattr(module, name)
            setattr(module, name, watch(kept, step))
            restore.callback(setattr, module, name, kept)
        before, started = sum(steps.values()), time.perf_counter()
        yield
        known = sum(steps.values()) - before
        steps[f"{doing}: commit and all else"] = time.perf_counter() - started - known


def _leaflets(sheet: Sheet, rows: int, cast: Cast) -> None:
    stamp = cast.fresh()
    sheet.write_row(0, 0, ["发放日期", "发放数量", "专项", "发放地点"])
    for row in range(1, rows + 1):
        day = date(2025, 1, 1) + timedelta(days=row % 330)
        sheet.write_row(row, 0, [day.isoformat(), row % 90 + 1, "村庄清洁行动", f"第{stamp}批第{row}处"])


def _disputes(sheet: Sheet, rows: int, cast: Cast) -> None:
    stamp = cast.fresh()
    sheet.merge_range(0, 0, 0, 9, "2025年矛盾纠纷调解台账")
    sheet.write_row(
        1,
        0,
        ["序号", "村名", "案号", "受理日期", "纠纷类型", "受理方式", "当事人", "调结日期", "结果", "备注"],
    )
    for row in range(1, rows + 1):
        day = date(2025, 1, 1) + timedelta(days=row % 300)
        settled = day + timedelta(days=row % 25)
        sheet.write_row(
            row + 1,
            0,
            [
                row,
                cast.village_names[row % len(cast.village_names)],
                f"（2025）调字{stamp}第{row}号",
                day,
                KINDS[row % len(KINDS)],
                "主动调解" if row % 3 else "申请调解",
                f"覃某{row % 97}、韦某{row % 89}",
                f"{settled.year}.{settled.month}.{settled.day}",
                ENDS[row % len(ENDS)],
                f"因排水沟走向起争执，第{row % 40}次上门后说和",
            ],
        )


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
