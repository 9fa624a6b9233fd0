"""莼浔镇 and 榉埠镇, the other towns of the county: smaller, with four months of their own books. Names are invented.

莼浔镇 has kept its books here since January 2024 and is nearly up to date. 榉埠镇 began in February: its January is
not reported, and what it wrote in April waits for review.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

from demo.events import LAST_DAY, Chronicle, Fate, History, chance, moment
from demo.spread import last_workday, pieces, portions, workday
from demo.town import COUNTY, SEED, Person, Place
from demo.upkeep import SIX

_FIRST, _SECOND = "栎楝栌桤柃椴榉檀槠", "垄坜塝坪坞"
CAMPAIGNS = ("村庄清洁行动", "村庄清洁行动", "移风易俗", "普法宣传", "森林防火", "防溺水")
KINDS = ("邻里", "邻里", "婚姻家庭", "山林土地", "房屋宅基地", "损害赔偿", "水田排水")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One town.

    villages  village → (hamlets, how many of them have their rules on the wall)
    months    the months of 2024 it kept its books here
    lacking   village → which of the six facilities it has not
    silent    (village, month) without leaflets and without a nil report
    """

    name: str
    code: str
    villages: Mapping[str, tuple[int, int]]
    clerk: str
    reviewer: str
    leader: str
    cadre: str
    names: tuple[str, str, str, str]
    months: tuple[int, ...]
    leaflets: int
    tonnes: int
    disputes: int
    lacking: Mapping[str, tuple[str, ...]]
    silent: tuple[str, int] = ("", 0)
    waits: bool = False

    @property
    def stem(self) -> str:
        """The name without 镇."""
        return self.name.removesuffix("镇")

    @property
    def justice(self) -> str:
        """The office that keeps the book of legal events."""
        return f"{self.stem}司法所"

    @property
    def kept_by_cadre(self) -> str:
        """The one village with an account of its own."""
        return next(iter(self.villages))


NEIGHBOURS = (
    Neighbour(
        "莼浔镇", "990101102",
        {"浔坞村": (4, 4), "莼汀村": (3, 3), "荻墈村": (3, 2), "菰坪村": (3, 3), "楝垄村": (2, 2), "栌滩村": (4, 3),
         "蒌湾村": (2, 2), "藜坡村": (3, 3)},
        "chunxun", "chunxun-review", "chunxun-leader", "xunwu", ("楚南溪", "柏亦舟", "戴浔安", "秦坞田"),
        (1, 2, 3, 4), 6_480, 31_520, 17,
        {"楝垄村": ("灯光篮球场", "娱乐活动室"), "蒌湾村": ("文艺舞台",)}, silent=("藜坡村", 3),
    ),
    Neighbour(
        "榉埠镇", "990101103",
        {"榉垸村": (3, 1), "泷背村": (2, 2), "柃坳村": (3, 0), "桤埂村": (3, 2), "荛塅村": (2, 0), "椴坞村": (3, 2)},
        "jubu", "jubu-review", "jubu-leader", "juyuan", ("俞榉宁", "蒋可凭", "尹埠和", "闵泷生"),
        (2, 3, 4), 2_950, 14_260, 9,
        {"柃坳村": ("文艺舞台", "文化科技培训室", "娱乐活动室"), "荛塅村": ("灯光篮球场", "图书阅览室"),
         "椴坞村": ("文化科技培训室",)}, waits=True,
    ),
)  # fmt: skip
TOWNS = frozenset(each.name for each in NEIGHBOURS)


@cache
def hamlets() -> dict[str, tuple[str, ...]]:
    """Village → its hamlets, over both towns."""
    names = [f"{first}{second}屯" for first in _FIRST for second in _SECOND]
    random.Random(SEED + 1).shuffle(names)
    found, start = {}, 0
    for town in NEIGHBOURS:
        for village, (count, _) in town.villages.items():
            found[village] = tuple(names[start : start + count])
            start += count
    return found


def places() -> list[Place]:
    """Both towns and everything in them, parents first."""
    found = []
    for town in NEIGHBOURS:
        found.append(Place(town.name, "town", COUNTY, f"{town.code}000", (town.stem,)))
        for number, village in enumerate(town.villages, 200):
            found.append(
                Place(village, "village", town.name, f"{town.code}{number}", (village.removesuffix("村"),))
            )
        found += [Place(name, "hamlet", village) for village in town.villages for name in hamlets()[village]]
        found.append(Place(town.justice, "office", town.name))
    return found


def people() -> list[Person]:
    """A clerk, a reviewer and a leader of each town, and one village cadre."""
    found = []
    for town in NEIGHBOURS:
        clerk, reviewer, leader, cadre = town.names
        village = town.kept_by_cadre
        found += [
            Person(town.clerk, clerk, town.name, "创城办经办人", (("clerk", town.name, ()),)),
            Person(town.reviewer, reviewer, town.name, "宣传委员", (("reviewer", town.name, ()),)),
            Person(town.leader, leader, town.name, "镇长", (("leader", town.name, ()),)),
            Person(town.cadre, cadre, village, "村文书", (("recorder", village, ()),)),
        ]
    return found


@cache
def histories() -> tuple[History, ...]:
    """What happened in each of the two, and the workbooks it stands in."""
    return tuple(_Telling(town).history() for town in NEIGHBOURS)


class _Telling:
    """The books of one town."""

    def __init__(self, town: Neighbour) -> None:
        self.town = town
        self.chronicle = Chronicle(f"{town.name}/")
        self.villages = list(town.villages)

    def history(self) -> History:
        self.facilities()
        self.slogans()
        self.rules()
        self.leaflets()
        self.waste()
        self.disputes()
        self.legal_events()
        return History(tuple(self.chronicle.events), dict(self.chronicle.books), self.town.name)

    def rng(self, what: str) -> random.Random:
        return chance(f"{self.town.name} {what}")

    def book(self, name: str, register: str, at: datetime, title: str, **layout: object) -> str:
        file = f"{self.town.name}/{name}"
        return self.chronicle.book(
            file, register, self.town.name, self.town.clerk, at, f"{self.town.name}{title}", **layout
        )

    def begun(self, hour: int) -> datetime:
        """The morning on which the standing things were copied in."""
        return moment(date(2024, self.town.months[0], 5 if self.town.months[0] > 1 else 8), hour, 40)

    def month_end(self, month: int) -> date:
        return last_workday(2024, month, until=LAST_DAY - timedelta(days=1))

    def parts(self) -> tuple[tuple[int, ...], ...]:
        """The months that are brought in together: what was before April, and April."""
        return tuple(month for month in self.town.months if month < 4), (4,)

    def waiting(self, month: int) -> Fate:
        return "pending" if self.town.waits and month == 4 else "reviewed"

    def facilities(self) -> None:
        """村级文化设施: what is not in `lacking`."""
        rng = self.rng("facilities")
        book = self.book(
            "村级文体设施统计表.xlsx", "village-facilities", self.begun(9), "村级文体设施统计表", merged=True
        )
        for village in self.villages:
            for kind in SIX:
                if kind in self.town.lacking.get(village, ()):
                    continue
                values = {
                    "kind": kind, "built_on": workday(rng, date(2012, 3, 1), date(2022, 11, 30)), "count": 1,
                    "place": rng.choice(hamlets()[village]),
                }  # fmt: skip
                self.chronicle.note("village-facilities", village, values, book)

    def slogans(self) -> None:
        """标语: some from earlier years, a few new."""
        rng = self.rng("slogans")
        book = self.book("固定标语统计表.xlsx", "slogans", self.begun(10), "固定标语统计表", totals=True)
        number = 0
        for village in self.villages:
            for _ in range(rng.choice((1, 2, 2, 3))):
                number += 1
                values = {
                    "code": f"{self.town.stem}-{number:03}", "kind": "固定宣传标语", "campaign": rng.choice(CAMPAIGNS[:4]),
                    "installed_on": workday(rng, date(2022, 3, 1), date(2024, 1, 5)), "count": rng.randint(1, 6),
                    "place": f"{rng.choice(hamlets()[village])}路口",
                }  # fmt: skip
                self.chronicle.note("slogans", village, values, book)

    def rules(self) -> None:
        """屯规民约: where it is made and on the wall, and where only made."""
        rng = self.rng("rules")
        book = self.book("屯规民约登记表.xlsx", "hamlet-rules", self.begun(11), "自然屯村规民约统计表")
        for village, (count, posted) in self.town.villages.items():
            for index, hamlet in enumerate(hamlets()[village]):
                made = workday(rng, date(2023, 3, 1), date(2023, 10, 31))
                values: dict[str, object] = {
                    "hamlet": hamlet, "made_on": made, "households": rng.randint(18, 52)
                }  # fmt: skip
                if index < posted:
                    values["posted_on"] = made + timedelta(days=rng.randint(5, 20))
                if index < posted or count - index > 1:
                    self.chronicle.note("hamlet-rules", village, values, book)

    def leaflets(self) -> None:
        """发放: every village every month, but for the silent one."""
        register, rng = "publicity-leaflets", self.rng("leaflets")
        slots = [
            (village, month)
            for month in self.town.months
            for village in self.villages
            if (village, month) != self.town.silent
        ]
        amounts = [each * 10 for each in pieces(self.town.leaflets // 10, len(slots), rng, least=3)]
        for months in self.parts():
            book = self.book(
                f"{_told(months)}宣传资料发放登记表.xlsx", register, moment(self.month_end(months[-1]), 15, 20),
                f"2024年{_told(months)}宣传资料发放登记表", totals=True,
            )  # fmt: skip
            for (village, month), count in zip(slots, amounts, strict=True):
                if month not in months:
                    continue
                day = workday(rng, date(2024, month, 3), self.month_end(month) - timedelta(days=1))
                values = {
                    "day": day,
                    "count": count,
                    "campaign": rng.choice(CAMPAIGNS),
                    "place": "村委会门口",
                }
                self.chronicle.note(register, village, values, book, fate=self.waiting(month))
        if not self.town.waits:
            values = {"day": date(2024, 4, 24), "count": 90, "campaign": "防溺水", "place": "渡口"}
            self.chronicle.note(
                register, self.town.kept_by_cadre, values, by=self.town.cadre, at=moment(LAST_DAY, 8, 20), fate="pending",
            )  # fmt: skip

    def waste(self) -> None:
        """清运: two or three loads a village and month, by the truck where there is no scale."""
        register, rng = "waste-removal", self.rng("waste")
        basis = "按车折算" if self.town.waits else "过磅"
        slots = [
            (village, month)
            for month in self.town.months
            for village in self.villages
            for _ in range(rng.choice((2, 2, 3)))
        ]
        loads = portions(self.town.tonnes, [1] * len(slots), rng, least=120)
        for months in self.parts():
            book = self.book(
                f"{_told(months)}垃圾清运记录.{'ods' if months == (4,) else 'xlsx'}", register,
                moment(self.month_end(months[-1]), 16, 10), f"2024年{_told(months)}垃圾清运记录", totals=True,
            )  # fmt: skip
            for number, ((village, month), load) in enumerate(zip(slots, loads, strict=True), 1):
                if month not in months:
                    continue
                day = workday(rng, date(2024, month, 2), self.month_end(month) - timedelta(days=1))
                values = {
                    "ticket": f"{self.town.stem}{number:03}", "day": day, "weight": Decimal(load) / 100, "basis": basis,
                    "vehicle": f"{rng.randint(1, 2)}号车",
                }  # fmt: skip
                self.chronicle.note(register, village, values, book, fate=self.waiting(month))

    def disputes(self) -> None:
        """调解: few; where a month had none, the town's clerk reports nil for the village."""
        register, rng = "disputes", self.rng("disputes")
        cases = []
        for _ in range(self.town.disputes):
            month = rng.choice(self.town.months)
            day = workday(rng, date(2024, month, 3), self.month_end(month) - timedelta(days=2))
            cases.append((day, rng.choice(self.villages), rng.choice(KINDS)))
        cases.sort()
        for months in self.parts():
            made = moment(self.month_end(months[-1]), 17, 5)
            book = self.book(
                f"{_told(months)}矛盾纠纷调解登记表.xlsx",
                register,
                made,
                f"2024年{_told(months)}矛盾纠纷调解登记表",
            )
            for number, (day, village, kind) in enumerate(cases, 1):
                if day.month not in months:
                    continue
                values: dict[str, object] = {
                    "number": f"（2024）{self.town.stem}调字第{number}号", "accepted_on": day, "kind": kind, "origin": "申请调解",
                }  # fmt: skip
                settled = day + timedelta(days=rng.randint(1, 18))
                if settled < made.date():
                    values |= {"settled_on": settled, "outcome": rng.choice(("书面协议", "口头协议"))}
                self.chronicle.note(register, village, values, book, fate=self.waiting(day.month))
        had = {(village, day.month) for day, village, _ in cases}
        for month in (each for each in self.town.months if each < 4):
            end = date(2024, month + 1, 1) - timedelta(days=1)
            for place, village in enumerate(self.villages):
                if (village, month) not in had:
                    at = moment(end + timedelta(days=3), 14, place * 2)
                    self.chronicle.note(
                        register, village, {"accepted_on": end}, by=self.town.clerk, at=at, nil=True
                    )

    def legal_events(self) -> None:
        """普法: a few a month, kept by the justice office's paper, copied by the clerk."""
        register, rng = "legal-events", self.rng("legal")
        book = self.chronicle.book(
            f"{self.town.name}/普法活动登记.csv", register, self.town.justice, self.town.clerk,
            moment(self.month_end(4), 11, 30), f"{self.town.justice}2024年普法活动登记", encoding="gb18030",
        )  # fmt: skip
        for month in self.town.months:
            for _ in range(rng.choice((1, 1, 2))):
                day = workday(rng, date(2024, month, 3), self.month_end(month) - timedelta(days=1))
                people = rng.randint(30, 260)
                values = {
                    "day": day, "scale": "大型" if people >= 200 else "一般", "times": 1, "people": people,
                    "theme": rng.choice(("反电信诈骗", "民法典进圩场", "禁毒宣传")), "place": "圩场",
                }  # fmt: skip
                self.chronicle.note(register, self.town.justice, values, book)


def _told(months: tuple[int, ...]) -> str:
    return f"{months[0]}月" if len(months) == 1 else f"{months[0]}至{months[-1]}月"
