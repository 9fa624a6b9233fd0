"""组织、学习、平安: leading group, letters, meetings, patrols, disputes, legal events, schools, rules of the hamlets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from demo.events import LAST_DAY, Chronicle, Values, chance, moment
from demo.spread import last_workday, workday
from demo.town import (
    CLERK,
    JUSTICE,
    PARTY_OFFICE,
    SAFETY,
    SCHOOLS,
    SECOND_RECORDER,
    TOWN,
    VILLAGES,
    cadre,
    hamlets,
    keepers,
    shares,
)

NEW_GROUP = date(2024, 1, 12)
DRAINAGE, BUILDING_NEXT_DOOR = "水田排水", "建房规划相邻"


def tell(chronicle: Chronicle) -> None:
    """Everything of this area of work."""
    leading_group(chronicle)
    letters(chronicle)
    meetings(chronicle)
    patrols(chronicle)
    disputes(chronicle)
    legal_events(chronicle)
    school_rooms(chronicle)
    hamlet_rules(chronicle)


def leading_group(chronicle: Chronicle) -> None:
    """领导小组: adjusted on 12 January 2024; the members of 2023 left that day."""
    register = "leading-group"
    heads = [("组长", "镇党委书记"), ("副组长", "镇长"), ("副组长", "镇人大主席"), ("办公室主任", "宣传委员")]
    members = [
        "政法委员",
        "组织委员",
        "纪委书记",
        "副镇长（农业）",
        "副镇长（文教）",
        "派出所所长",
        "司法所所长",
        "中心校校长",
    ]
    before = [("组长", "镇党委书记"), ("副组长", "镇长"), ("办公室主任", "宣传委员")]
    before += [("成员", post) for post in members[:6]]
    old = chronicle.book(
        "2023年/领导小组名单2023.xlsx", register, PARTY_OFFICE, "dangzheng", moment(date(2023, 1, 12), 9, 30),
        "禾澄镇创建工作领导小组成员名单（2023年）",
    )  # fmt: skip
    for duty, post in before:
        values = {
            "duty": duty, "post": post, "since": date(2023, 1, 10), "until": NEW_GROUP, "document": "禾发〔2023〕2号"
        }  # fmt: skip
        chronicle.note(
            register, PARTY_OFFICE, values, old, fate="corrected", first={"until": ""}, amended_on=date(2024, 1, 15),
            reason="领导小组调整，补填卸任日期",
        )  # fmt: skip
    new = chronicle.book(
        "2024年/领导小组成员表（调整后）.xlsx", register, PARTY_OFFICE, "dangzheng", moment(date(2024, 1, 15), 15),
        "禾澄镇创建工作领导小组成员表", groups=(("since", "document", "任职依据"),),
    )  # fmt: skip
    for duty, post in heads + [("成员", post) for post in members]:
        values = {"duty": duty, "post": post, "since": NEW_GROUP, "document": "禾发〔2024〕3号"}
        chronicle.note(register, PARTY_OFFICE, values, new)


def letters(chronicle: Chronicle) -> None:
    """目标责任书: with each of the 17 villages, both years, on the county's approval."""
    register = "responsibility-letters"
    rng = chance(register)
    for year, first, last, made in (
        (2023, date(2023, 1, 16), date(2023, 2, 10), date(2023, 2, 13)),
        (2024, date(2024, 1, 18), date(2024, 2, 2), date(2024, 2, 4)),
    ):
        book = chronicle.book(
            f"{year}年/责任书签订登记{year}.xlsx", register, PARTY_OFFICE, "dangzheng", moment(made, 11),
            f"{year}年度创建目标责任书签订登记", notes=("依据县创建办批复签订，社区不签。",),
        )  # fmt: skip
        for village in VILLAGES:
            values: Values = {
                "village": village, "signed_on": workday(rng, first, last), "ended_on": date(year + 1, 1, 18),
                "basis": f"县创建办批复〔{year - 1}〕8号（示例）", "both": True,
            }  # fmt: skip
            if year == 2024 and village == "蓼墩村":
                chronicle.note(
                    register, PARTY_OFFICE, values, book, fate="corrected", first={"both": False},
                    amended_on=date(2024, 2, 20), reason="蓼墩村已补盖公章，原件已核",
                )  # fmt: skip
            else:
                chronicle.note(register, PARTY_OFFICE, values, book)


def meetings(chronicle: Chronicle) -> None:
    """学习会议: four special meetings and six of all cadres in 2024; two of those on one afternoon."""
    register = "study-meetings"
    rng = chance(register)
    book = chronicle.book(
        "2023年/学习会议登记2023.xlsx", register, PARTY_OFFICE, "dangzheng", moment(date(2023, 12, 29), 10),
        "禾澄镇2023年学习会议登记", totals=True, groups=(("due", "present", "到会情况"),),
    )  # fmt: skip
    for month in range(1, 13):
        for kind in ("专题学习会", "干部学习大会"):
            day = workday(rng, date(2023, month, 5), date(2023, month, 27))
            chronicle.note(
                register, PARTY_OFFICE, _meeting(day, kind, 1, f"{month}月学习", rng.randint(0, 6)), book
            )
    book = chronicle.book(
        "2024年/会议登记（一季度）.xlsx", register, PARTY_OFFICE, "dangzheng", moment(date(2024, 3, 28), 10, 30),
        "禾澄镇2024年一季度会议登记", groups=(("due", "present", "到会情况"),), notes=("会议次数按一次会议一行填写，同日连开的合并填写。",),
    )  # fmt: skip
    held = (
        (date(2024, 1, 8), "干部学习大会", 1, "年度创建任务部署"), (date(2024, 1, 17), "专题学习会", 1, "村庄清洁行动要点"),
        (date(2024, 2, 19), "干部学习大会", 2, "节后收心和安全生产"), (date(2024, 2, 21), "专题学习会", 1, "人民调解法"),
        (date(2024, 3, 11), "干部学习大会", 1, "测评体系解读"), (date(2024, 3, 20), "专题学习会", 1, "基层减负规定"),
        (date(2024, 4, 2), "干部学习大会", 1, "清明防火和移风易俗"), (date(2024, 4, 17), "专题学习会", 1, "农村人居环境整治"),
        (date(2024, 4, 22), "干部学习大会", 1, "一季度讲评"),
    )  # fmt: skip
    for day, kind, times, topic in held:
        values = _meeting(day, kind, times, topic, rng.randint(0, 6))
        if day.month < 4:
            chronicle.note(register, PARTY_OFFICE, values, book)
        else:
            chronicle.note(
                register, PARTY_OFFICE, values, by="dangzheng", at=moment(day + timedelta(days=1), 9, 10)
            )
    chronicle.note(
        register, PARTY_OFFICE, _meeting(date(2024, 4, 25), "专题学习会", 1, "五一节前廉洁提醒", 2),
        by="dangzheng", at=moment(LAST_DAY, 8, 50), fate="pending",
    )  # fmt: skip


def _meeting(day: date, kind: str, times: int, topic: str, away: int) -> dict[str, date | str | int]:
    due = (46 if kind == "专题学习会" else 118) * times
    return {"day": day, "kind": kind, "times": times, "topic": topic, "due": due, "present": due - away}


def patrols(chronicle: Chronicle) -> None:
    """镇巡防队 six squads of seven; every village has a team of its own, and so has the community."""
    book = chronicle.book(
        "2023年/治安巡防队编组表.xlsx", "patrol-squads", SAFETY, "pingan", moment(date(2023, 3, 3), 9), "禾澄镇治安巡防队编组表",
        totals=True,
    )  # fmt: skip
    for number, name in enumerate("一二三四五六", 1):
        values = {
            "name": f"巡防{name}组",
            "formed_on": date(2023, 3, 1),
            "members": 7,
            "area": f"第{number}片区",
        }
        chronicle.note("patrol-squads", SAFETY, values, book)
    for name in ("东片临时组", "西片临时组"):
        values = {
            "name": name, "formed_on": date(2023, 1, 5), "disbanded_on": date(2023, 3, 1), "members": 9, "area": "集镇",
        }  # fmt: skip
        chronicle.note("patrol-squads", SAFETY, values, book)
    rng = chance("village-patrols")
    book = chronicle.book(
        "2023年/村巡逻队统计表.ods", "village-patrols", TOWN, CLERK, moment(date(2023, 6, 20), 10, 10), "各村治安巡逻队统计表",
        totals=True, notes=("只填人数，不填队员个人信息。",),
    )  # fmt: skip
    for unit in keepers():
        values = {
            "formed_on": workday(rng, date(2023, 2, 6), date(2023, 6, 16)), "members": rng.randint(6, 14),
            "shifts": rng.choice(("每周三、六晚", "每晚20时至22时", "逢圩日")),
        }  # fmt: skip
        if unit == "砚坳村":
            values["members"] = 12
            chronicle.note(
                "village-patrols", unit, values, book, fate="corrected", first={"members": 21},
                reason="21人含退出的9名队员，按在册人数更正",
                amended_on=date(2023, 7, 4),
            )  # fmt: skip
        else:
            chronicle.note("village-patrols", unit, values, book)


@dataclass(frozen=True, slots=True)
class _Case:
    unit: str
    accepted: date
    kind: str
    settled: date | None
    outcome: str = ""


def disputes(chronicle: Chronicle) -> None:
    """调解台账: in 2024 41 accepted and 38 settled, one of these accepted in December; three still open, one ended without."""
    cases = _cases_2023() + _cases_2024()
    counts: dict[tuple[str, int], int] = {}
    books = _dispute_books(chronicle)
    stems = {unit: unit[:2] for unit in keepers()}
    for number, case in enumerate(sorted(cases, key=lambda each: (each.accepted, each.unit))):
        key = case.unit, case.accepted.year
        counts[key] = counts.get(key, 0) + 1
        values: dict[str, date | str] = {
            "number": f"（{case.accepted.year}）{stems[case.unit]}调字第{counts[key]}号", "accepted_on": case.accepted,
            "kind": case.kind, "origin": ("主动调解", "申请调解", "申请调解", "委托移送")[number % 4],
        }  # fmt: skip
        if case.settled is not None:
            values["settled_on"] = case.settled
        if case.outcome:
            values["outcome"] = case.outcome
        if case.accepted.year == 2024 and number % 5 == 0:
            values["parties"] = "甲方、乙方（见卷内登记表）"
        book = books[_dispute_part(case.accepted)]
        made = chronicle.books[book].at.date()
        if case.settled is not None and case.settled >= made:
            chronicle.note(
                "disputes", case.unit, values, book, fate="corrected", first={"settled_on": "", "outcome": ""},
                reason="已调结，补记调结日期和结果", amended_on=case.settled + timedelta(days=1),
            )  # fmt: skip
        else:
            chronicle.note("disputes", case.unit, values, book)
    chronicle.note(
        "disputes", "穗汊村",
        {"number": "（2024）穗汊调字第99号", "accepted_on": date(2024, 4, 25), "kind": "邻里", "origin": "申请调解"},
        by=cadre("穗汊村"), at=moment(LAST_DAY, 9, 30), fate="pending",
    )  # fmt: skip
    chronicle.note(
        "disputes", "芦埕村",
        {"number": "（2023）芦埕调字补1号", "accepted_on": date(2023, 12, 27), "kind": "合同", "origin": "申请调解",
         "settled_on": date(2023, 12, 30), "outcome": "口头协议"},
        by=cadre("芦埕村"), at=moment(date(2024, 2, 21), 16, 20),
        adjust="口头协议登记表年后才交到镇里，补录入上年台账",
    )  # fmt: skip
    _nil_disputes(chronicle)


def _cases_2023() -> list[_Case]:
    draw = chance("disputes 2023")
    kinds = (
        "邻里",
        "邻里",
        "婚姻家庭",
        "山林土地",
        "房屋宅基地",
        "损害赔偿",
        "生产经营",
        "合同",
        "道路交通事故",
        "水田排水",
        "其他",
    )
    found = []
    for _ in range(118):
        unit = draw.choices(keepers(), shares())[0]
        day = workday(draw, date(2023, 1, 4), date(2023, 12, 12))
        done = day + timedelta(days=draw.randint(1, 24)) if draw.random() < 0.93 else None
        if done is not None and done > date(2023, 12, 24):
            done = date(2023, 12, 22)
        outcome = draw.choice(("书面协议", "口头协议")) if done else "终止告知诉讼"
        found.append(_Case(unit, day, draw.choice(kinds), done, outcome))
    found.append(_Case("筀溪村", date(2023, 12, 20), "山林土地", date(2024, 1, 11), "书面协议"))
    return found


def _cases_2024() -> list[_Case]:
    draw = chance("disputes 2024")
    kinds = (
        ["邻里"] * 11
        + ["婚姻家庭"] * 7
        + ["山林土地"] * 5
        + ["房屋宅基地"] * 5
        + ["损害赔偿"] * 4
        + ["生产经营"] * 3
    )
    kinds += ["合同", "道路交通事故", DRAINAGE, BUILDING_NEXT_DOOR, BUILDING_NEXT_DOOR, BUILDING_NEXT_DOOR]
    found = []
    for number, kind in enumerate(kinds):
        unit = draw.choices(keepers(), shares())[0]
        # The three that are still open were accepted late; one of them is the third dispute about building.
        if number in (len(kinds) - 1, 3, 14):
            found.append(_Case(unit, workday(draw, date(2024, 4, 8), date(2024, 4, 22)), kind, None))
            continue
        day = workday(draw, date(2024, 1, 3), date(2024, 3, 27))
        if number == 20:
            found.append(_Case(unit, day, kind, None, "终止告知诉讼"))
            continue
        done = min(day + timedelta(days=draw.randint(1, 20)), date(2024, 4, 15))
        found.append(_Case(unit, day, kind, done, draw.choice(("书面协议", "口头协议"))))
    return found


def _dispute_part(day: date) -> str:
    return f"2023Q{(day.month + 2) // 3}" if day.year == 2023 else f"2024-{day.month}"


def _dispute_books(chronicle: Chronicle) -> dict[str, str]:
    register, found = "disputes", {}
    for quarter in (1, 2, 3, 4):
        end = last_workday(2023, quarter * 3)
        found[f"2023Q{quarter}"] = chronicle.book(
            f"2023年/{quarter}季度人民调解登记表.{'csv' if quarter == 3 else 'xlsx'}", register, TOWN, CLERK,
            moment(end, 16, 30), f"禾澄镇2023年{quarter}季度人民调解登记表", encoding="gb18030", merged=quarter == 2,
        )  # fmt: skip
    for month in (1, 2, 3, 4):
        end = last_workday(2024, month, until=LAST_DAY)
        found[f"2024-{month}"] = chronicle.book(
            f"2024年/{month}月/{month}月矛盾纠纷排查化解台账.xlsx", register, TOWN,
            SECOND_RECORDER if month == 3 else CLERK, moment(end, 16, 20), f"禾澄镇2024年{month}月矛盾纠纷排查化解台账",
            split="area" if month == 1 else "one", groups=(("settled_on", "outcome", "调解情况"),),
        )  # fmt: skip
    return found


def _nil_disputes(chronicle: Chronicle) -> None:
    """Every village that had none in a month said so, early in the next."""
    had = set()
    for event in chronicle.events:
        day = event.values.get("accepted_on")
        if event.register == "disputes" and isinstance(day, date):
            had.add((event.unit, day.year, day.month))
    for year, month in [(2023, each) for each in range(1, 13)] + [(2024, 1), (2024, 2), (2024, 3)]:
        after = date(year + month // 12, month % 12 + 1, 1)
        end = after - timedelta(days=1)
        for place, unit in enumerate(VILLAGES):
            if (unit, year, month) not in had:
                at = moment(after + timedelta(days=1 + place % 3), 9, place * 3)
                chronicle.note("disputes", unit, {"accepted_on": end}, by=cadre(unit), at=at, nil=True)


def legal_events(chronicle: Chronicle) -> None:
    """法治宣传: three large events in 2024 and nine of the ordinary kind."""
    register = "legal-events"
    rng = chance(register)
    book = chronicle.book(
        "2023年/普法活动登记2023.xlsx", register, JUSTICE, "sifa", moment(date(2023, 12, 22), 9, 45), "2023年普法活动登记",
        totals=True,
    )  # fmt: skip
    for number in range(26):
        large = number % 5 == 0
        day = workday(rng, date(2023, 1, 10), date(2023, 12, 20))
        chronicle.note(
            register,
            JUSTICE,
            _legal(day, number, rng.randint(210, 460) if large else rng.randint(25, 120)),
            book,
        )
    book = chronicle.book(
        "2024年/法治宣传登记表（2024）.ods", register, JUSTICE, "sifa", moment(date(2024, 4, 19), 11), "2024年法治宣传活动登记表",
        totals=True,
    )  # fmt: skip
    large_days = (date(2024, 1, 19), date(2024, 3, 15), date(2024, 4, 15))
    for number, day in enumerate(large_days):
        chronicle.note(register, JUSTICE, _legal(day, number, (320, 286, 411)[number]), book)
    for number in range(9):
        day = workday(rng, date(2024, 1, 4), date(2024, 4, 18))
        chronicle.note(register, JUSTICE, _legal(day, number + 3, rng.randint(25, 120)), book)


def _legal(day: date, number: int, people: int) -> dict[str, date | str | int]:
    themes = (
        "民法典进圩场",
        "反电信诈骗",
        "国家安全教育",
        "禁毒宣传",
        "未成年人保护",
        "土地法规",
        "防范非法集资",
    )
    places = ("禾澄圩场", "澄街社区广场", "莳岗圩", "芦埕小学", "桐渚村服务中心")
    return {
        "day": day, "scale": "大型" if people >= 200 else "一般", "times": 1, "people": people,
        "theme": themes[number % len(themes)], "place": places[number % len(places)],
    }  # fmt: skip


def school_rooms(chronicle: Chronicle) -> None:
    """核心价值观教育室: in all eleven schools since autumn 2023."""
    rng = chance("school-rooms")
    book = chronicle.book(
        "2023年/学校教育室登记表.xlsx", "school-rooms", TOWN, CLERK, moment(date(2023, 9, 22), 15, 20), "全镇学校核心价值观教育室登记表",
        totals=True,
    )  # fmt: skip
    for school in SCHOOLS:
        values = {
            "opened_on": workday(rng, date(2023, 3, 1), date(2023, 9, 20)), "rooms": 2 if school == SCHOOLS[0] else 1,
            "lessons": rng.choice((1, 2)), "place": f"{school}教学楼",
        }  # fmt: skip
        chronicle.note("school-rooms", school, values, book)


def hamlet_rules(chronicle: Chronicle) -> None:
    """屯规民约: made in all 98 hamlets, the last three in January 2024 and posted in February."""
    register = "hamlet-rules"
    rng = chance(register)
    book = chronicle.book(
        "2023年/屯规民约登记表.xlsx", register, TOWN, CLERK, moment(date(2023, 11, 29), 10, 40), "禾澄镇自然屯屯规民约登记表",
        merged=True, split="area", groups=(("made_on", "households", "议定情况"),), notes=("由村民小组会议议定，一屯一行。",),
    )  # fmt: skip
    last = chronicle.book(
        "2024年/屯规民约登记（补）.xlsx", register, "莳岗村", cadre("莳岗村"), moment(date(2024, 2, 28), 9, 15),
        "莳岗村屯规民约登记（补报）",
    )  # fmt: skip
    for village, own in hamlets().items():
        for number, hamlet in enumerate(own):
            late = village == "莳岗村" and number >= len(own) - 3
            made = (
                workday(rng, date(2024, 1, 6), date(2024, 1, 26))
                if late
                else workday(rng, date(2023, 3, 4), date(2023, 10, 29))
            )
            posted = made + timedelta(days=rng.randint(6, 27))
            values = {
                "hamlet": hamlet, "made_on": made, "posted_on": posted, "households": rng.randint(19, 88),
            }  # fmt: skip
            if hamlet == hamlets()["桐渚村"][2]:
                chronicle.note(
                    register,
                    village,
                    values,
                    book,
                    fate="fixed",
                    first={"posted_on": ""},
                    reason="缺上墙照片和上墙日期，请补充",
                )
            else:
                chronicle.note(register, village, values, last if late else book)
