"""禾澄镇 and its county: units, people and what they may do. All names are invented; docs/demo.md introduces the town."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from demo.spread import portions
from youju.core.grant import Role
from youju.core.measure import UnitKind

SEED = 20240426
BEGINNING = date(2000, 1, 1)
GRANTED = date(2023, 1, 1)
ROADSIDE = "公路沿线"

COUNTY = "稔原县"
TOWN = "禾澄镇"
COMMUNITY = "澄街社区"

# Village → how many hamlets it has, how many of them lie on the highway, and people per mille of the town.
VILLAGES: Mapping[str, tuple[int, int, int]] = {
    "禾岸村": (7, 6, 66), "澄尾村": (5, 5, 55), "枧蒲村": (6, 0, 62), "榕汀村": (4, 4, 44), "芦埕村": (8, 6, 74),
    "稻坞村": (6, 5, 58), "蕉塅村": (5, 0, 49), "桐渚村": (7, 4, 63), "柚磜村": (5, 0, 38), "蓼墩村": (4, 0, 41),
    "砚坳村": (6, 0, 52), "莳岗村": (9, 1, 78), "筀溪村": (5, 0, 47), "穗汊村": (6, 0, 56), "椿垌村": (4, 0, 36),
    "茭港村": (6, 0, 59), "苎坪村": (5, 0, 43),
}  # fmt: skip
COMMUNITY_SHARE = 79
# The last roadside hamlet got its tag when the bypass opened.
BYPASS_OPENED = date(2024, 1, 10)
TAGGED = date(2023, 3, 1)

PARTY_OFFICE, CAMPAIGN_OFFICE, CULTURE = "党政办公室", "创城办", "宣传文化站"
SAFETY, JUSTICE, BUILDING, AFFAIRS = "平安法治办公室", "司法所", "乡村建设服务中心", "社会事务办公室"
CULTURE_RENAMED, RENAMED_ON = "宣传文化服务中心", date(2024, 1, 1)
OFFICES: Mapping[str, tuple[str, ...]] = {
    PARTY_OFFICE: ("党政办",), CAMPAIGN_OFFICE: ("创建办",), CULTURE: ("文化站",), SAFETY: ("平安办",), JUSTICE: (),
    BUILDING: ("乡建中心",), AFFAIRS: ("社会办",),
}  # fmt: skip

SCHOOLS = (
    "禾澄初级中学", "禾澄中心小学", "澄街小学", "禾岸小学", "枧蒲小学", "芦埕小学", "稻坞小学", "桐渚小学", "莳岗小学",
    "穗汊小学", "茭港小学",
)  # fmt: skip
PARTNERS = (
    "禾澄派出所", "禾澄税务分局", "禾澄市场监管所", "禾澄自然资源所", "禾澄供电所", "禾澄卫生院", "禾澄供销社", "禾澄信用社",
    "禾澄邮政支局",
    "禾澄林业站", "禾澄水利站", "禾澄粮站", "稔原糖业公司", "稔原茶业合作社", "稔原公路养护站",
)  # fmt: skip

_FIRST, _SECOND = "杉竹柿榄麻桑蔗芋楠樟枫槐葵茶", "根坳埂墩汊塍岔"


@dataclass(frozen=True, slots=True)
class Place:
    """One unit to add: parents come before children. `parent` is a name; '' for the county."""

    name: str
    kind: UnitKind
    parent: str
    code: str = ""
    aliases: tuple[str, ...] = ()
    since: date = BEGINNING


@dataclass(frozen=True, slots=True)
class Person:
    """One account. `grants` are (role, unit, registers); no registers means all."""

    account: str
    name: str
    unit: str
    post: str
    grants: tuple[tuple[Role, str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Census:
    """People and households of one village or the community at the end of a year."""

    registered: int
    resident: int
    households: int


def hamlets() -> dict[str, tuple[str, ...]]:
    """Village → its hamlets, in the order of the village's book."""
    names = [f"{first}{second}屯" for first in _FIRST for second in _SECOND]
    random.Random(SEED).shuffle(names)
    found, start = {}, 0
    for village, (count, _, _) in VILLAGES.items():
        found[village] = tuple(names[start : start + count])
        start += count
    return found


def roadside() -> dict[str, date]:
    """Roadside hamlet → the day from which it bears the tag 公路沿线."""
    found = {hamlet: TAGGED for village, own in hamlets().items() for hamlet in own[: VILLAGES[village][1]]}
    found[hamlets()["莳岗村"][0]] = BYPASS_OPENED
    return found


def places() -> list[Place]:
    """The county, the town and everything in it, parents first."""
    found = [
        Place(COUNTY, "county", "", "990101000000"),
        Place(TOWN, "town", COUNTY, "990101101000", ("禾澄",)),
        Place(COMMUNITY, "community", TOWN, "990101101001", ("澄街", "澄街居委会")),
    ]
    for number, village in enumerate(VILLAGES, 200):
        stem = village.removesuffix("村")
        found.append(Place(village, "village", TOWN, f"990101101{number}", (stem, f"{village}委会")))
    found += [Place(name, "hamlet", village) for village, own in hamlets().items() for name in own]
    found += [Place(name, "office", TOWN, aliases=aliases) for name, aliases in OFFICES.items()]
    found += [Place(name, "school", TOWN) for name in SCHOOLS]
    found += [Place(name, "partner", TOWN) for name in PARTNERS]
    return found


def keepers() -> list[str]:
    """The villages and the community: who keeps a village register."""
    return [*VILLAGES, COMMUNITY]


def shares() -> list[int]:
    """How populous each of `keepers()` is, per mille of the town."""
    return [*(share for _, _, share in VILLAGES.values()), COMMUNITY_SHARE]


def census(year: int) -> dict[str, Census]:
    """The year-end counts of 2022 and 2023; at the end of 2023 41,200 registered, 30,100 resident, 9,860 households."""
    registered, resident, households = {2022: (41_036, 30_420, 9_811), 2023: (41_200, 30_100, 9_860)}[year]
    rng = random.Random(SEED + year)
    columns = [portions(total, shares(), rng, jitter=6) for total in (registered, resident, households)]
    return {unit: Census(*each) for unit, each in zip(keepers(), zip(*columns, strict=True), strict=True)}


# People. Recorders write, reviewers of the town check; the three administrators belong to the county.
SYSTEM, SECURITY, AUDIT = "xitong", "anquan", "shenji"
CLERK, LEADER, INSPECTOR, COUNTY_OFFICE = "clerk", "leader", "inspector", "county"
REVIEW_PUBLICITY, REVIEW_PEACE, REVIEW_VILLAGES = "review-xuanchuan", "review-pingan", "review-baocun"
KEEPER_OF_OFFICE: Mapping[str, str] = {
    PARTY_OFFICE: "dangzheng", CULTURE: "wenhua", SAFETY: "pingan", JUSTICE: "sifa", BUILDING: "xiangjian",
    CAMPAIGN_OFFICE: CLERK,
}  # fmt: skip
SECOND_RECORDER = "daibian"

_CADRES: Mapping[str, tuple[str, str]] = {
    "禾岸村": ("hean", "韦禾青"), "澄尾村": ("chengwei", "覃少澜"), "枧蒲村": ("jianpu", "蒙可欣"), "榕汀村": ("rongting", "梁榕生"),
    "芦埕村": ("lucheng", "黄芷若"), "稻坞村": ("daowu", "陆稼丰"), "蕉塅村": ("jiaoduan", "农月圆"), "桐渚村": ("tongzhu", "莫桐华"),
    "柚磜村": ("youqi", "罗柚安"), "蓼墩村": ("liaodun", "何蓼汀"), "砚坳村": ("yanao", "卢砚秋"), "莳岗村": ("shigang", "谢莳雨"),
    "筀溪村": ("guixi", "潘溪亭"), "穗汊村": ("suicha", "吴穗穗"), "椿垌村": ("chundong", "岑椿年"), "茭港村": ("jiaogang", "甘茭白"),
    "苎坪村": ("zhuping", "廖苎青"), COMMUNITY: ("chengjie", "唐街晴"),
}  # fmt: skip


def cadre(unit: str) -> str:
    """The account of the village cadre who keeps the registers of a village or the community."""
    return _CADRES[unit][0]


def administrators() -> dict[Role, Person]:
    """The three administrators at the county."""
    return {
        "system": Person(SYSTEM, "石系安", COUNTY, "县系统管理员", (("system", COUNTY, ()),)),
        "security": Person(SECURITY, "安守恒", COUNTY, "县安全管理员", (("security", COUNTY, ()),)),
        "audit": Person(AUDIT, "沈鉴明", COUNTY, "县审计管理员", (("audit", COUNTY, ()),)),
    }


def people() -> list[Person]:
    """Everyone else, with the grants that the security administrator gives."""
    office = [
        ("dangzheng", "邓文渊", PARTY_OFFICE, "党政办干事"), ("wenhua", "叶知秋", CULTURE, "宣传文化站站员"),
        ("pingan", "庞守安", SAFETY, "平安法治办干事"), ("sifa", "贺明理", JUSTICE, "司法助理员"),
    ]  # fmt: skip
    found = [
        Person(CLERK, "莫清禾", TOWN, "创城办经办人", (("clerk", TOWN, ()),)),
        Person(SECOND_RECORDER, "舒代珍", TOWN, "创城办跟班干部", (("recorder", TOWN, ()),)),
        Person(LEADER, "岳承稼", TOWN, "镇党委书记", (("leader", TOWN, ()),)),
        Person(REVIEW_PUBLICITY, "宣可风", TOWN, "宣传委员", (("reviewer", TOWN, ()),)),
        Person(REVIEW_PEACE, "平若谷", TOWN, "政法委员", (("reviewer", TOWN, ()),)),
        Person(REVIEW_VILLAGES, "鲍村华", TOWN, "包村干部组长", (("reviewer", TOWN, ()),)),
        Person(INSPECTOR, "杜察微", TOWN, "督查员", (("inspector", TOWN, ()),)),
        Person(COUNTY_OFFICE, "仝县生", COUNTY, "县创建办", (("county", COUNTY, ()),)),
        Person(
            "xiangjian",
            "向建业",
            BUILDING,
            "乡建中心干事",
            (("recorder", BUILDING, ()), ("recorder", TOWN, ("waste-removal",))),
        ),
    ]
    found += [
        Person(account, name, unit, post, (("recorder", unit, ()),)) for account, name, unit, post in office
    ]
    found += [
        Person(account, name, unit, "村（社区）文书", (("recorder", unit, ()),))
        for unit, (account, name) in _CADRES.items()
    ]
    return found
