"""文化和创建: reading rooms and their books, nominations, honours, partner units, the yearly count of people."""

from __future__ import annotations

from datetime import date, timedelta

from demo.events import LAST_DAY, Chronicle, chance, moment
from demo.spread import pieces, portions, workday
from demo.town import (
    CAMPAIGN_OFFICE,
    CLERK,
    COUNTY,
    PARTNERS,
    SECOND_RECORDER,
    TOWN,
    VILLAGES,
    cadre,
    census,
    hamlets,
    keepers,
)

NEW_BOOKS, STOCK = 5_000, 31_450
NOMINATED = {"行政村": 3, "自然屯": 19, "户": 23}


def tell(chronicle: Chronicle) -> None:
    """Everything of this area of work."""
    reading_rooms(chronicle)
    books(chronicle)
    nominations(chronicle)
    honours(chronicle)
    partners(chronicle)
    population(chronicle)


def reading_rooms(chronicle: Chronicle) -> None:
    """农家书屋: one in each village."""
    rng = chance("reading-rooms")
    book = chronicle.book(
        "2023年/农家书屋登记表.xlsx", "reading-rooms", TOWN, CLERK, moment(date(2023, 2, 17), 10), "禾澄镇农家书屋登记表",
        groups=(("place", "area", "场所"),),
    )  # fmt: skip
    for village in VILLAGES:
        values = {
            "name": f"{village}农家书屋", "opened_on": workday(rng, date(2008, 9, 1), date(2013, 11, 30)),
            "place": rng.choice(("村公共服务中心一楼", "村公共服务中心二楼", "原村小学旧址")), "area": rng.randint(22, 68),
        }  # fmt: skip
        chronicle.note("reading-rooms", village, values, book)


def books(chronicle: Chronicle) -> None:
    """图书: 5000 new ones in 2024, 31450 at the last count; what came in and what was worn explains the change."""
    rng = chance("books")
    villages = list(VILLAGES)
    last = dict(
        zip(villages, portions(STOCK, [10] * len(villages), rng, least=1_510, jitter=55), strict=True)
    )
    delivered = dict(
        zip(villages, (each * 20 for each in pieces(170, len(villages), rng, least=5)), strict=True)
    )
    bought = dict(
        zip(villages, portions(NEW_BOOKS - 3_400, [10] * len(villages), rng, least=20), strict=True)
    )
    _additions(chronicle, delivered, bought)
    spring = chronicle.book(
        "2024年/藏书清点表（春季）.xlsx", "book-counts", TOWN, CLERK, moment(date(2024, 4, 19), 16), "2024年春季农家书屋藏书清点表",
        totals=True,
    )  # fmt: skip
    winter = chronicle.book(
        "2023年/藏书清点表（年底）.ods", "book-counts", TOWN, CLERK, moment(date(2023, 12, 26), 16), "2023年底农家书屋藏书清点表",
        totals=True,
    )  # fmt: skip
    for village in villages:
        worn = rng.randint(0, 38)
        before = last[village] - delivered[village] - bought[village] + worn
        values = {
            "counted_on": workday(rng, date(2023, 12, 11), date(2023, 12, 22)),
            "books": before,
            "worn": rng.randint(0, 30),
        }
        chronicle.note("book-counts", village, values, winter)
        values = {
            "counted_on": workday(rng, date(2024, 4, 8), date(2024, 4, 18)),
            "books": last[village],
            "worn": worn,
        }
        if village == "茭港村":
            chronicle.note(
                "book-counts", village, values, spring, fate="fixed", first={"books": last[village] + 900},
                reason="比上次盘点多出近千册而无到书记录，请重新清点",
            )  # fmt: skip
        else:
            chronicle.note("book-counts", village, values, spring)


def _additions(chronicle: Chronicle, delivered: dict[str, int], bought: dict[str, int]) -> None:
    register = "book-additions"
    rng = chance(register)
    old = chronicle.book(
        "2023年/图书配送登记2023.xlsx", register, TOWN, CLERK, moment(date(2023, 11, 24), 9), "2023年农家书屋图书配送登记", totals=True,
    )  # fmt: skip
    for village, count in zip(VILLAGES, pieces(3_060, len(VILLAGES), rng, least=90), strict=True):
        values = {
            "day": workday(rng, date(2023, 5, 8), date(2023, 11, 20)),
            "count": count,
            "origin": "统一配送",
            "note": "年度配送",
        }
        chronicle.note(register, village, values, old)
    new = chronicle.book(
        "2024年/新增图书登记表.xlsx", register, TOWN, SECOND_RECORDER, moment(date(2024, 4, 10), 10), "2024年农家书屋新增图书登记表",
        merged=True, totals=True,
    )  # fmt: skip
    for village in VILLAGES:
        day = workday(rng, date(2024, 2, 20), date(2024, 3, 28))
        values = {"day": day, "count": delivered[village], "origin": "统一配送", "note": "春季配送"}
        chronicle.note(register, village, values, new)
        rest = bought[village]
        gift = rest // 3 if rest > 60 else 0
        for origin, count in (("村级采购", rest - gift), ("社会捐赠", gift)):
            if count:
                day = workday(rng, date(2024, 1, 8), date(2024, 4, 3))
                chronicle.note(register, village, {"day": day, "count": count, "origin": origin}, new)
    values = {"day": date(2024, 3, 18), "count": 300, "origin": "统一配送", "note": "与春季配送重复"}
    chronicle.note(
        register, "芦埕村", values, new, fate="void", reason="配送单抄了两遍，保留与签收单一致的一条"
    )
    values = {"day": date(2024, 4, 24), "count": 120, "origin": "社会捐赠", "note": "返乡青年赠书"}
    chronicle.note(register, "桐渚村", values, by=cadre("桐渚村"), at=moment(LAST_DAY, 9, 15), fate="pending")


def nominations(chronicle: Chronicle) -> None:
    """推荐: 3 villages, 19 hamlets, 23 households in 2024; in 2023 some were named."""
    register = "nominations"
    rng = chance(register)
    _nominate(chronicle, 2023, {"行政村": 2, "自然屯": 11, "户": 15}, rng.randint(1, 99))
    _nominate(chronicle, 2024, NOMINATED, rng.randint(1, 99))
    values = {
        "kind": "户", "level": "镇级", "hamlet": hamlets()["椿垌村"][1], "recommended_on": date(2024, 4, 24), "household": "（待补）",
    }  # fmt: skip
    chronicle.note(register, "椿垌村", values, by=cadre("椿垌村"), at=moment(LAST_DAY, 8, 35), fate="pending")


def _nominate(chronicle: Chronicle, year: int, counts: dict[str, int], seed: int) -> None:
    register = "nominations"
    rng = chance(f"{register} {year} {seed}")
    made = date(2023, 6, 15) if year == 2023 else date(2024, 4, 12)
    book = chronicle.book(
        f"{year}年/文明创建推荐表{year}.xlsx", register, TOWN, CLERK, moment(made, 14, 30), f"{year}年文明村屯户推荐对象登记表",
        split="area" if year == 2023 else "one", groups=(("recommended_on", "publicised_on", "推荐和公示"),),
        notes=("推荐不等于命名，命名日期以上级文件为准。",),
    )  # fmt: skip
    villages = [name for name in VILLAGES if name != "茭港村"]
    pool = [(village, hamlet) for village in villages for hamlet in hamlets()[village]]
    rng.shuffle(pool)
    rng.shuffle(villages)
    surnames = "韦覃蒙梁黄陆农莫罗何卢谢潘吴岑甘廖唐邓叶庞贺"
    number = 0
    for kind, count in counts.items():
        for index in range(count):
            day = workday(rng, date(year, 3, 4), made - timedelta(days=12))
            village, hamlet = (villages[index], "") if kind == "行政村" else pool[number]
            number += 1
            values: dict[str, object] = {
                "kind": kind, "level": {"行政村": "市级", "自然屯": "县级", "户": "镇级"}[kind], "hamlet": hamlet,
                "recommended_on": day, "publicised_on": day + timedelta(days=rng.randint(1, 4)),
            }  # fmt: skip
            if kind == "户":
                values["household"] = f"{surnames[number % len(surnames)]}某{'甲乙丙丁戊己'[number % 6]}"
            if year == 2023 and index % 3:
                values["named_on"] = date(2023, 12, 15)
                chronicle.note(
                    register, village, values, book, fate="corrected", first={"named_on": ""}, amended_on=date(2023, 12, 19),
                    reason="已发文命名，补填命名日期",
                )  # fmt: skip
            else:
                chronicle.note(register, village, values, book)


def honours(chronicle: Chronicle) -> None:
    """荣誉: by whom, to whom, on which day."""
    rows = (
        (date(2023, 3, 8), TOWN, "乡村清洁先进镇", f"{COUNTY}人民政府", "稔政发〔2023〕11号"),
        (date(2023, 7, 1), "芦埕村", "县级文明村", f"{COUNTY}文明委", "稔文明〔2023〕4号"),
        (date(2023, 12, 15), "枧蒲村", "市级文明村", "市文明委", "文明委〔2023〕19号"),
        (date(2024, 1, 26), TOWN, "2023年度村庄清洁行动先进集体", f"{COUNTY}人民政府", "稔政发〔2024〕3号"),
        (date(2024, 3, 7), "桐渚村", "县级移风易俗示范村", f"{COUNTY}文明委", "稔文明〔2024〕2号"),
        (date(2024, 4, 10), "禾澄中心小学", "县级文明校园", f"{COUNTY}文明委", "稔文明〔2024〕5号"),
    )  # fmt: skip
    book = chronicle.book(
        "2023年/获奖情况登记表.csv", "honours", CAMPAIGN_OFFICE, CLERK, moment(date(2023, 12, 21), 9), "创建荣誉登记", encoding="utf-8",
    )  # fmt: skip
    for number, (day, holder, honour, issuer, document) in enumerate(rows):
        values = {
            "awarded_on": day,
            "holder": holder,
            "honour": honour,
            "issuer": issuer,
            "document": document,
        }
        if day.year == 2023:
            chronicle.note("honours", CAMPAIGN_OFFICE, values, book)
        else:
            at = moment(day + timedelta(days=4), 9, 5 + number)
            chronicle.note("honours", CAMPAIGN_OFFICE, values, by=CLERK, at=at)


def partners(chronicle: Chronicle) -> None:
    """共建: fifteen agreements, two renewed in 2024, and at least one activity of each partner."""
    rng = chance("partners")
    book = chronicle.book(
        "2023年/共建单位台账.xlsx", "partner-agreements", TOWN, CLERK, moment(date(2023, 3, 24), 10, 5), "禾澄镇共建协议登记表",
    )  # fmt: skip
    renewed = {PARTNERS[4]: date(2024, 2, 29), PARTNERS[11]: date(2024, 3, 8)}
    for number, partner in enumerate(PARTNERS):
        village = list(VILLAGES)[number]
        short = partner in renewed
        values = {
            "signed_on": workday(rng, date(2023, 1, 30), date(2023, 3, 20)), "ended_on": date(2024, 2, 1) if short else date(2026, 3, 1),
            "villages": village, "content": rng.choice(("文明劝导", "助学助困", "环境整治", "技术服务")),
        }  # fmt: skip
        chronicle.note("partner-agreements", partner, values, book)
    book = chronicle.book(
        "2024年/共建协议登记（续签）.xlsx", "partner-agreements", TOWN, CLERK, moment(date(2024, 3, 12), 15), "共建协议登记表（续签）",
    )  # fmt: skip
    for partner, day in renewed.items():
        values = {
            "signed_on": day,
            "ended_on": date(2027, 3, 1),
            "villages": "镇区",
            "content": "续签，内容不变",
        }
        chronicle.note("partner-agreements", partner, values, book)
    _activities(chronicle)


def _activities(chronicle: Chronicle) -> None:
    register = "partner-activities"
    rng = chance(register)
    acts = (
        "路口文明劝导",
        "集镇大扫除",
        "入户宣传村庄清洁",
        "爱心助学",
        "护林防火宣传",
        "义诊",
        "法律咨询",
        "用电安全检查",
        "植树",
    )
    for year, file, made, rows in (
        (2023, "2023年/共建活动登记表2023.ods", date(2023, 12, 25), 38), (2024, "2024年/共建活动登记表2024.xlsx", date(2024, 4, 18), 27),
    ):  # fmt: skip
        book = chronicle.book(
            file, register, TOWN, CLERK, moment(made, 14), f"禾澄镇{year}年共建活动登记表", merged=year == 2024, totals=True,
        )  # fmt: skip
        first = date(year, 1, 8)
        for number in range(rows):
            partner = PARTNERS[number] if number < len(PARTNERS) else rng.choice(PARTNERS)
            day = workday(rng, first, made - timedelta(days=2))
            values = {
                "day": day, "content": rng.choice(acts), "people": rng.randint(5, 42),
                "place": f"{rng.choice(list(VILLAGES))}（{number + 1}）",
            }  # fmt: skip
            chronicle.note(register, partner, values, book)


def population(chronicle: Chronicle) -> None:
    """人口年报: at the ends of 2022 and 2023; only totals."""
    for year, at in ((2022, moment(date(2023, 2, 14), 9)), (2023, moment(date(2024, 1, 30), 9))):
        book = chronicle.book(
            f"{year + 1}年/人口基本情况表（{year}年末）.xlsx", "population", TOWN, CLERK, at, f"{year}年末人口基本情况表", totals=True,
            groups=(("registered", "resident", "人口"),),
        )  # fmt: skip
        for unit in keepers():
            found = census(year)[unit]
            values = {
                "counted_on": date(year, 12, 31), "registered": found.registered, "resident": found.resident,
                "households": found.households,
            }  # fmt: skip
            chronicle.note("population", unit, values, book)
