"""宣传: leaflets printed and handed out, slogans, boards, banners, issues of wall boards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from demo.events import LAST_DAY, Chronicle, Event, chance, moment
from demo.spread import last_workday, pieces, round_pieces, workday
from demo.town import CLERK, CULTURE, SECOND_RECORDER, TOWN, cadre, hamlets, keepers

CLEAN = "村庄清洁行动"
# 10000 of the 20350 leaflets of 2024 belong to the campaign 村庄清洁行动.
HANDED_OUT = {
    CLEAN: 10_000,
    "移风易俗": 3_200,
    "普法宣传": 2_850,
    "森林防火": 1_900,
    "防溺水": 1_400,
    "文明创建": 1_000,
}
HANDED_OUT_2023 = {
    CLEAN: 14_380,
    "移风易俗": 5_260,
    "普法宣传": 4_470,
    "森林防火": 4_115,
    "防溺水": 3_180,
    "平安建设": 1_945,
}
NOT_REPORTED = ("椿垌村", 2)
NIL = (("筀溪村", 2), ("苎坪村", 2))
GROWING = "枧蒲村"
OWN_CSV = "澄尾村"
PLACES = ("村委会门口", "圩场", "村公共服务中心", "文艺舞台旁", "小卖部", "村口凉亭", "小学门口", "卫生室")
MONTHS = (1, 2, 3, 4)


def tell(chronicle: Chronicle) -> None:
    """Everything of this area of work."""
    leaflets(chronicle)
    printing(chronicle)
    slogans(chronicle)
    boards(chronicle)
    banners(chronicle)
    issues(chronicle)


def month_end(month: int) -> date:
    """When the books of a month of 2024 are brought in: its last workday; on the 26th in April."""
    return last_workday(2024, month, until=LAST_DAY)


def place(unit: str, number: int) -> str:
    """Somewhere in a village, different from row to row."""
    own = hamlets().get(unit)
    spot = PLACES[number % len(PLACES)]
    return spot if own is None or number % 3 == 0 else f"{own[number % len(own)]}{PLACES[number % 5]}"


def leaflets(chronicle: Chronicle) -> None:
    """发放台账: by quarter in 2023, by month in 2024; two villages keep their own book."""
    _leaflets_2023(chronicle)
    for month in MONTHS:
        _leaflet_books(chronicle, month)
    rng = chance("leaflets 2024")
    slots = [
        (unit, month)
        for month in MONTHS
        for unit in keepers()
        if (unit, month) != NOT_REPORTED and (unit, month) not in NIL
        for _ in range(rng.choice((1, 2, 2, 3)) if month < 4 else rng.choice((1, 1, 2)))
    ]
    rng.shuffle(slots)
    amounts = list(_amounts(HANDED_OUT, len(slots)))
    for number, ((unit, month), (campaign, count)) in enumerate(zip(slots, amounts, strict=True)):
        first = max(date(2024, month, 1), date(2024, 1, 2))
        last = month_end(month) - timedelta(days=1)
        _leaflet(chronicle, number, unit, workday(rng, first, last), campaign, count)
    _leaflets_not_counted(chronicle)
    for unit, month in NIL:
        end = date(2024, month, 29)
        chronicle.note(
            "publicity-leaflets",
            unit,
            {"day": end},
            by=cadre(unit),
            at=moment(date(2024, 3, 1), 9, 20),
            nil=True,
        )


# What goes wrong on the way, by the number of the row: fate, what was written first or waits, and why.
TEN_TIMES, TOO_FEW, WAITS, LATE = 17, 45, 66, (5, 32, 88, 97)


def _leaflet(chronicle: Chronicle, number: int, unit: str, day: date, campaign: str, count: int) -> None:
    values = {"day": day, "count": count, "campaign": campaign, "place": place(unit, number)}
    book = _book_of(unit, day.month)
    if number in LATE and day.month < 4 and unit not in (GROWING, OWN_CSV):
        book = _book_of(unit, day.month + 1)
    if unit in (GROWING, OWN_CSV):
        chronicle.note("publicity-leaflets", unit, values, book)
    elif number == TEN_TIMES:
        chronicle.note(
            "publicity-leaflets", unit, values, book, fate="fixed", first={"count": count * 10},
            reason="数量与领取登记不符，疑多写一个0，请核对后补正",
        )  # fmt: skip
    elif number == TOO_FEW:
        chronicle.note(
            "publicity-leaflets", unit, values, book, fate="corrected", first={"count": count - 5},
            reason="漏计最后一户派发的5份，按领取登记更正",
        )  # fmt: skip
    elif number == WAITS:
        chronicle.note(
            "publicity-leaflets", unit, values, book, fate="correcting", later={"count": count + 20},
            reason="村里补报20份，领取登记待核",
        )  # fmt: skip
    else:
        chronicle.note("publicity-leaflets", unit, values, book)


def _leaflets_not_counted(chronicle: Chronicle) -> None:
    april = _book_of("", 4)
    for unit, day, count in (("蓼墩村", 23, 60), ("砚坳村", 24, 85), ("苎坪村", 25, 40)):
        values = {"day": date(2024, 4, day), "count": count, "campaign": "防溺水", "place": f"{unit}村道口"}
        chronicle.note("publicity-leaflets", unit, values, april, fate="pending")
    chronicle.note(
        "publicity-leaflets", "柚磜村",
        {"day": date(2024, 3, 14), "count": 500, "campaign": CLEAN, "place": "柚磜村委会"},
        _book_of("", 3), fate="returned", reason="没有领取登记和照片，请补充佐证或核减",
    )  # fmt: skip
    chronicle.note(
        "publicity-leaflets", "莳岗村",
        {"day": date(2024, 1, 23), "count": 150, "campaign": "移风易俗", "place": "莳岗圩场（与上一行同一次）"},
        _book_of("", 1), fate="void", reason="镇村各报了一遍，与莳岗村自报的一次重复，按一次计",
    )  # fmt: skip


def _book_of(unit: str, month: int) -> str:
    if unit == GROWING:
        return f"2024年/{month}月/枧蒲村宣传单发放登记.xlsx"
    if unit == OWN_CSV:
        return "2024年/澄尾村宣传资料发放登记（1-4月）.csv"
    return f"2024年/{month}月/{month}月宣传资料发放登记表.{'ods' if month == 2 else 'xlsx'}"


def _leaflet_books(chronicle: Chronicle, month: int) -> None:
    register, end = "publicity-leaflets", month_end(month)
    chronicle.book(
        _book_of("", month), register, TOWN, CLERK, moment(end, 15, 10), f"禾澄镇2024年{month}月宣传资料发放登记表",
        split="area" if month in (1, 3) else "one", merged=month in (1, 4), totals=True,
        groups=(("count", "place", "发放情况"),) if month in (3, 4) else (),
        notes=("备注：以实际发到群众手中的份数为准，领到村里未发的不填。", "填表人：莫清禾　　审核人：　　　　填表日期："),
    )  # fmt: skip
    chronicle.book(
        _book_of(GROWING, month), register, GROWING, cadre(GROWING), moment(end, 11, 30), "枧蒲村2024年宣传单发放登记",
        split="month", repeats=_book_of(GROWING, month - 1) if month > 1 else "",
    )  # fmt: skip
    if month == 4:
        chronicle.book(
            _book_of(OWN_CSV, month), register, OWN_CSV, cadre(OWN_CSV), moment(end, 9, 40),
            "澄尾村2024年宣传资料发放登记", encoding="gb18030",
        )  # fmt: skip


def _leaflets_2023(chronicle: Chronicle) -> None:
    rng = chance("leaflets 2023")
    register = "publicity-leaflets"
    books = {}
    for quarter in (1, 2, 3, 4):
        end = last_workday(2023, quarter * 3)
        suffix = "ods" if quarter == 2 else "xlsx"
        books[quarter] = chronicle.book(
            f"2023年/{quarter}季度宣传资料发放台账.{suffix}", register, TOWN, CLERK, moment(end, 14, quarter),
            f"禾澄镇2023年第{'一二三四'[quarter - 1]}季度宣传资料发放台账", split="month" if quarter > 2 else "area",
            merged=quarter == 1, totals=quarter != 2, notes=("注：各村于季末报送。",),
        )  # fmt: skip
    slots = [(unit, month) for month in range(1, 13) for unit in keepers()]
    slots += [(rng.choice(keepers()), rng.randint(1, 12)) for _ in range(64)]
    amounts = list(_amounts(HANDED_OUT_2023, len(slots)))
    for number, ((unit, month), (campaign, count)) in enumerate(zip(slots, amounts, strict=True)):
        quarter = (month + 2) // 3
        end = last_workday(2023, month)
        day = workday(rng, date(2023, month, 3), end - timedelta(days=1))
        values = {"day": day, "count": count, "campaign": campaign, "place": place(unit, number)}
        chronicle.note(register, unit, values, books[quarter])


def _amounts(totals: dict[str, int], rows: int) -> Iterator[tuple[str, int]]:
    """A campaign and an amount for each row, so that every campaign comes out exactly."""
    draw = chance(f"amounts {rows} {sum(totals.values())}")
    whole = sum(totals.values())
    counts = {name: max(3, rows * total // whole) for name, total in totals.items()}
    counts[CLEAN] += rows - sum(counts.values())
    found = [
        (name, amount)
        for name, total in totals.items()
        for amount in round_pieces(total, counts[name], draw, unit=5)
    ]
    draw.shuffle(found)
    yield from found


def printing(chronicle: Chronicle) -> None:
    """印制结存台账: printed = handed out + left + spoiled, at every count."""
    register = "leaflet-printing"
    handed = [event for event in chronicle.events if event.register == "publicity-leaflets" and event.counts]
    year = chronicle.book(
        "2023年/宣传资料收发存台账2023.xlsx", register, CULTURE, "wenhua", moment(date(2023, 12, 29), 16, 5),
        "宣传资料收发存台账（2023年）", notes=("说明：盘点结存含已领到村、尚未发出的份数。",),
    )  # fmt: skip
    total = sum(HANDED_OUT_2023.values()) + 210
    printed = [(date(2023, 1, 3), 14_000), (date(2023, 4, 18), 9_000), (date(2023, 8, 22), total - 23_000)]
    spoiled = [(date(2023, 6, 9), 130), (date(2023, 11, 15), 80)]
    counted = [date(2023, 3, 31), date(2023, 6, 30), date(2023, 9, 28), date(2023, 12, 29)]
    for values in _stock_rows(printed, spoiled, counted, handed, 0):
        chronicle.note(register, CULTURE, values, year)
    printed = [(date(2024, 1, 2), 12_000), (date(2024, 2, 22), 6_000), (date(2024, 3, 26), 4_000)]
    spoiled = [(date(2024, 2, 28), 60), (date(2024, 4, 3), 30)]
    counted = [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 29), LAST_DAY]
    book = chronicle.book(
        "2024年/宣传资料收发存台账（一季度）.xlsx", register, CULTURE, "wenhua", moment(date(2024, 3, 29), 17),
        "宣传文化服务中心2024年宣传资料收发存台账",
    )  # fmt: skip
    for values in _stock_rows(
        printed, spoiled, counted, [each for each in handed if _day(each).year == 2024], 0
    ):
        day = values["day"]
        assert isinstance(day, date)
        if day.month < 4:
            chronicle.note(register, CULTURE, values, book)
        else:
            chronicle.note(register, CULTURE, values, by="wenhua", at=moment(day, 10, 15))


def _stock_rows(
    printed: list[tuple[date, int]],
    spoiled: list[tuple[date, int]],
    counted: list[date],
    handed: list[Event],
    before: int,
) -> Iterator[dict[str, date | int | str]]:
    titles = ("《村庄清洁倡议书》等", "《普法明白纸》等", "《文明新风倡议书》等")
    for number, (day, count) in enumerate(printed):
        yield {
            "day": day,
            "act": "印制",
            "count": count,
            "title": titles[number],
            "voucher": f"SH{day:%y%m%d}",
        }
    for day, count in spoiled:
        yield {"day": day, "act": "报损", "count": count, "title": "受潮污损", "voucher": f"BS{day:%y%m%d}"}
    for day in counted:
        left = before + sum(count for when, count in printed if when <= day)
        left -= sum(count for when, count in spoiled if when <= day)
        left -= sum(_number(each) for each in handed if _day(each) <= day)
        assert left >= 0, (day, left)
        yield {"day": day, "act": "盘点结存", "count": left, "voucher": f"PD{day:%y%m%d}"}


def _day(event: Event) -> date:
    day = event.values["day"]
    assert isinstance(day, date)
    return day


def _number(event: Event) -> int:
    return int(str(event.values.get("count", 0)))


def slogans(chronicle: Chronicle) -> None:
    """标语底册: 56 permanent and 460 fixed of the campaign in 2024, some of other campaigns, some painted over."""
    register = "slogans"
    rng = chance(register)
    old = chronicle.book(
        "2023年/标语登记表（2023年底）.xlsx", register, TOWN, CLERK, moment(date(2023, 12, 28), 10, 20),
        "禾澄镇宣传标语登记表（截至2023年12月）", merged=True, totals=True, groups=(("kind", "campaign", "标语"),),
    )  # fmt: skip
    for number, count in enumerate(pieces(204, 52, rng), 1):
        kind = "永久性标语" if number % 9 == 0 else "固定宣传标语"
        day = workday(rng, date(2023, 2, 6), date(2023, 12, 20))
        unit = rng.choice(keepers())
        gone = workday(rng, date(2023, 12, 21), date(2023, 12, 27)) if number % 11 == 5 else ""
        campaign = CLEAN if number % 3 else "移风易俗"
        values = {
            "code": f"QP-2023-{number:03}", "kind": kind, "campaign": campaign, "installed_on": day, "removed_on": gone,
            "count": count, "place": place(unit, number),
        }  # fmt: skip
        chronicle.note(register, unit, values, old)
    books = {
        1: chronicle.book(
            "2024年/标语统计表（一季度）.xlsx", register, TOWN, CLERK, moment(date(2024, 3, 29), 16, 40),
            "2024年一季度新增标语统计表", merged=True, totals=True, split="area",
        ),
        2: chronicle.book(
            "2024年/标语统计表（4月）.ods", register, TOWN, CLERK, moment(LAST_DAY, 9, 5), "2024年4月新增标语统计表",
            totals=True,
        ),
    }  # fmt: skip
    new = [("永久性标语", "文明创建", count) for count in pieces(56, 24, rng)]
    new += [("固定宣传标语", CLEAN, count) for count in pieces(460, 92, rng)]
    new += [("固定宣传标语", "移风易俗", count) for count in pieces(38, 11, rng)]
    rng.shuffle(new)
    for number, (kind, campaign, count) in enumerate(new, 1):
        day = workday(rng, date(2024, 1, 3), LAST_DAY - timedelta(days=2))
        unit = rng.choice(keepers())
        code = f"QP-2024-{number:03}"
        values = {
            "code": code, "kind": kind, "campaign": campaign, "installed_on": day, "count": count,
            "place": place(unit, number),
        }  # fmt: skip
        book = books[1 if day <= date(2024, 3, 28) else 2]
        if number == 30:
            chronicle.note(
                register,
                unit,
                values,
                book,
                fate="fixed",
                first={"count": count + 30},
                reason="条数与照片不符，请重新清点",
            )
        else:
            chronicle.note(register, unit, values, book)
    for number, (unit, count, in_april) in enumerate((("筀溪村", 6, 24), ("茭港村", 4, 25)), len(new) + 1):
        values = {
            "code": f"QP-2024-{number:03}", "kind": "固定宣传标语", "campaign": CLEAN,
            "installed_on": date(2024, 4, in_april), "count": count, "place": "村道旁",
        }  # fmt: skip
        chronicle.note(register, unit, values, books[2], fate="pending")


def boards(chronicle: Chronicle) -> None:
    """广告牌宣传牌底册: eight new ones in 2024, two of them billboards."""
    register = "boards"
    old = (
        ("GG-01", "形象广告牌", date(2019, 10, 8), "", "镇东三岔路口"),
        ("XC-01", "永久性宣传牌", date(2020, 5, 20), "", "镇政府门口"),
        ("XC-02", "永久性宣传牌", date(2021, 4, 7), date(2023, 11, 30), "旧圩场"),
        ("XC-03", "永久性宣传牌", date(2022, 9, 14), "", "禾澄初级中学旁"),
        ("XC-04", "永久性宣传牌", date(2023, 6, 6), "", "卫生院路口"),
    )  # fmt: skip
    new = (
        ("GG-02", "形象广告牌", date(2024, 2, 26), "县道入镇处"), ("XC-05", "永久性宣传牌", date(2024, 1, 16), "澄街社区广场"),
        ("XC-06", "永久性宣传牌", date(2024, 1, 25), "芦埕村口"), ("XC-07", "永久性宣传牌", date(2024, 2, 27), "稻坞村口"),
        ("XC-08", "永久性宣传牌", date(2024, 3, 12), "桐渚村服务中心"), ("GG-03", "形象广告牌", date(2024, 3, 21), "绕镇路东端"),
        ("XC-09", "永久性宣传牌", date(2024, 4, 9), "莳岗圩"), ("XC-10", "永久性宣传牌", date(2024, 4, 18), "绕镇路西端"),
    )  # fmt: skip
    book = chronicle.book(
        "2023年/宣传牌登记.xlsx", register, CULTURE, "wenhua", moment(date(2023, 12, 27), 9), "镇区及各村广告牌、宣传牌登记",
    )  # fmt: skip
    for code, kind, day, gone, where in old:
        values = {"code": code, "kind": kind, "installed_on": day, "removed_on": gone, "place": where}
        chronicle.note(register, CULTURE, values, book)
    book = chronicle.book(
        "2024年/宣传牌登记（新增）.csv", register, CULTURE, "wenhua", moment(date(2024, 4, 19), 9, 30), "2024年新增广告牌、宣传牌",
        encoding="utf-8",
    )  # fmt: skip
    for code, kind, day, where in new:
        chronicle.note(
            register, CULTURE, {"code": code, "kind": kind, "installed_on": day, "place": where}, book
        )


def banners(chronicle: Chronicle) -> None:
    """横幅台账: 200 of the campaign in 2024, 64 of others."""
    _simple(
        chronicle, "banners", "hung_on", "count", {CLEAN: (200, 46), "移风易俗": (34, 12), "森林防火": (30, 11)}, "横幅登记表",
        {CLEAN: (176, 34), "移风易俗": (58, 14)}, {"count": 3},
    )  # fmt: skip


def issues(chronicle: Chronicle) -> None:
    """板报出刊台账: 107 of the campaign in 2024, 41 of others."""
    _simple(
        chronicle, "board-issues", "day", "issues", {CLEAN: (107, 62), "文明创建": (23, 15), "普法宣传": (18, 12)},
        "板报宣传栏更新登记", {CLEAN: (221, 82), "移风易俗": (74, 28)}, {"issues": 2},
    )  # fmt: skip


def _simple(
    chronicle: Chronicle,
    register: str,
    on: str,
    amount: str,
    totals: dict[str, tuple[int, int]],
    title: str,
    totals_2023: dict[str, tuple[int, int]],
    waiting: dict[str, int],
) -> None:
    rng = chance(register)
    books = {
        (2023, 1): _simple_book(chronicle, register, title, "2023年/上半年{}.xlsx", date(2023, 6, 30), "2023年上半年", CLERK),
        (2023, 2): _simple_book(chronicle, register, title, "2023年/下半年{}.ods", date(2023, 12, 27), "2023年下半年", CLERK),
        (2024, 1): _simple_book(chronicle, register, title, "2024年/一季度{}.xlsx", date(2024, 3, 29), "2024年一季度", CLERK),
        (2024, 2): _simple_book(
            chronicle, register, title, "2024年/4月{}.csv", LAST_DAY, "2024年4月", SECOND_RECORDER
        ),
    }  # fmt: skip
    rows = [
        (2023, name, count) for name, (total, n) in totals_2023.items() for count in pieces(total, n, rng)
    ]
    rows += [(2024, name, count) for name, (total, n) in totals.items() for count in pieces(total, n, rng)]
    for number, (year, campaign, count) in enumerate(rows):
        first, last = (
            (date(2023, 1, 4), date(2023, 12, 26)) if year == 2023 else (date(2024, 1, 3), date(2024, 4, 24))
        )
        day = workday(rng, first, last)
        part = (
            (1 if day <= date(2023, 6, 29) else 2) if year == 2023 else (1 if day <= date(2024, 3, 28) else 2)
        )
        unit = rng.choice(keepers())
        values = {
            on: day,
            amount: count,
            "campaign": campaign,
            "place": f"{place(unit, number)}（{number + 1}）",
        }
        chronicle.note(register, unit, values, books[year, part])
    unit = "蕉塅村"
    values = {on: date(2024, 4, 25), **waiting, "campaign": CLEAN, "place": "蕉塅村口"}
    chronicle.note(register, unit, values, books[2024, 2], fate="pending")


def _simple_book(
    chronicle: Chronicle, register: str, title: str, file: str, day: date, period: str, by: str
) -> str:
    return chronicle.book(
        file.format(title), register, TOWN, by, moment(day, 15, 45), f"禾澄镇{period}{title}", totals=True,
        merged=file.endswith("xlsx"), encoding="gb18030" if register == "banners" else "utf-8-sig",
        split="area" if "一季度" in file else "one",
    )  # fmt: skip
