"""Real entries in the ledger that is measured: workbooks of one county's towns, imported and reviewed by the product's own actions."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from youju.core.orgtree import OrgTree
    from youju.core.quantity import UnitTable

TODAY = date(2025, 12, 31)
TOWNS = 4
KINDS = ("邻里", "婚姻家庭", "山林土地")
Sheet = tuple[Sequence[str], Callable[[int, date], Sequence[object]]]
SHEETS: dict[str, Sheet] = {
    "publicity-leaflets": (
        ("发放日期", "发放数量", "专项", "发放地点"),
        lambda at, day: (day.isoformat(), at % 90 + 1, ("村庄清洁行动", "移风易俗")[at % 2], f"第{at}处"),
    ),
    "waste-removal": (
        ("过磅单号", "清运日期", "净重(吨)", "计量依据", "车辆"),
        lambda at, day: (f"GB{at}", day.isoformat(), at % 40 / 10 + 0.5, "过磅", f"{at % 7 + 1}号车"),
    ),
    "slogans": (
        ("标语编号", "类型", "设置日期", "条数", "地点"),
        lambda at, day: (f"QP-{at}", "墙体标语", day.isoformat(), at % 5 + 1, f"路口{at}"),
    ),
    "disputes": (
        ("案号", "受理日期", "纠纷类型", "调结日期"),
        lambda at, day: (f"第{at}号", day.isoformat(), KINDS[at % 3], (day + timedelta(days=5)).isoformat()),
    ),
}


class Seats(NamedTuple):
    """Where the people who look at pages sit: a county in the middle, a town of it, and the province."""

    county: int
    towns: tuple[int, ...]
    province: int


def seats(tree: OrgTree) -> Seats:
    """A county in the middle of the province, and a few of its towns with what they have in 2025."""
    province = next(iter(tree.placements))
    counties = tree.members(province, TODAY, "county")
    county = counties[len(counties) // 2]
    return Seats(county, tuple(tree.members(county, TODAY, "town")[:TOWNS]), province)


def record(units: UnitTable, rows: int) -> int:
    """Import and confirm them; one in six of each workbook still waits. Returns how many.

    rows  of one register and town; the first register has four times as many
    """
    from youju.actions import batches, members, reviews, setup
    from youju.store.queries.ledger import head
    from youju.store.queries.tree import tree_of

    tree = tree_of(head().org_seq)
    where = seats(tree)
    recorder, reviewer = setup.member_of("recorder"), setup.member_of("reviewer")
    system, security = setup.member_of("sys"), setup.member_of("sec")
    for account, role, unit in (("town", "clerk", where.towns[0]), ("county", "county", where.county)):
        member = members.add_member(account, account, unit, by=system)
        members.grant(member, role, unit, by=security, since=date(2000, 1, 1))  # type: ignore[arg-type]
    made = 0
    with tempfile.TemporaryDirectory() as folder:
        for town in where.towns:
            villages = [tree.name(each, TODAY) for each in tree.members(town, TODAY, "village")]
            for register in SHEETS:
                file = Path(folder, f"{town}-{register}.xlsx")
                count = rows * 4 if register == "publicity-leaflets" else rows
                _write(file, register, villages, count)
                request = batches.Request(town, register, path=file)
                done = batches.import_workbook(request, by=recorder, units=units)
                reviews.confirm([each for each in done.entries if each % 6], by=reviewer)
                made += len(done.entries)
    return made


def _write(file: Path, register: str, villages: Sequence[str], count: int) -> None:
    import xlsxwriter

    headings, row = SHEETS[register]
    book = xlsxwriter.Workbook(str(file))
    sheet = book.add_worksheet("台账")
    sheet.write_row(0, 0, ["村名", *headings])
    for at in range(count):
        day = date(2025, 1, 2) + timedelta(days=at * 350 // count)
        sheet.write_row(at + 1, 0, [villages[at % len(villages)], *row(at, day)])
    book.close()
