"""The demo names no real place: every invented name is looked up in a list of real ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from demo import neighbours, town
from tests.demo.reading import every_place

SUFFIX = re.compile(r"(?:县|市|镇|乡|村|社区|屯|街道)$")
KIND_WORDS = ("初级中学", "中心小学", "小学", "派出所", "税务分局", "市场监管所", "自然资源所", "供电所", "卫生院", "供销社",
              "信用社", "邮政支局", "林业站", "水利站", "粮站", "糖业公司", "茶业合作社", "公路养护站")  # fmt: skip


def real_places() -> frozenset[str]:
    text = (Path(__file__).parent / "real_places.txt").read_text(encoding="utf-8")
    return frozenset(name for line in text.splitlines() if not line.startswith("#") for name in line.split())


def stem(name: str) -> str:
    for word in KIND_WORDS:
        name = name.removesuffix(word)
    bare = SUFFIX.sub("", name)
    return bare if len(bare) > 1 else name


INVENTED = sorted({stem(place.name) for place in every_place() if place.kind != "office"})


def test_the_list_knows_the_country() -> None:
    known = real_places()

    assert len(known) > 2_500
    assert {"南宁", "武鸣", "横州", "婺源", "枧头"} <= known
    assert stem("武鸣县") in known


@pytest.mark.parametrize("name", INVENTED)
def test_no_name_of_the_demo_is_a_real_place(name: str) -> None:
    assert name not in real_places()


def test_names_are_distinct_within_the_county() -> None:
    names = [name for place in every_place() for name in (place.name, *place.aliases)]

    assert len(names) == len(set(names))


def test_people_are_distinct_and_hold_one_account_each() -> None:
    everyone = [*town.people(), *neighbours.people(), *town.administrators().values()]

    assert len({person.account for person in everyone}) == len(everyone)
    assert len({person.name for person in everyone}) == len(everyone)
