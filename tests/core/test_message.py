"""群消息 become prefilled entries: what is said exactly is filled in, what is not stays open with a note."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youju.core.claim.lexicon import Lexicon
from youju.core.message import Prefilled, prefill, read_message
from youju.core.register import Register
from youju.specs.catalog import load_catalog
from youju.specs.lexicon import load_lexicon

CATALOG = Path(__file__).resolve().parents[2] / "catalog"
TODAY = date(2024, 4, 26)
UNITS = [(1, "独坡屯"), (2, "榕汀村")]
KINDS = {1: "hamlet", 2: "village"}


@cache
def words() -> Lexicon:
    return load_lexicon([CATALOG])


@cache
def registers() -> tuple[Register, ...]:
    return tuple(load_catalog(CATALOG, None).catalog.registers.values())


def read(text: str, today: date = TODAY) -> list[Prefilled]:
    return prefill(
        read_message(text, words(), today, UNITS), registers(), words().units, lambda unit: KINDS[unit]
    )


def test_people_and_cart_loads_of_a_clean_up() -> None:
    best = read("3月12日组织12人清理河道，垃圾2车")[0]

    assert best.register == "clean-ups"
    assert best.values["day"] == "2024-03-12"
    assert best.values["people"] == "12"
    assert best.values["loads"] == "2"
    assert best.values["what"] == "组织12人清理河道，垃圾2车"
    assert best.unused == ()


def test_cart_loads_never_become_tons() -> None:
    weighed = next(each for each in read("3月12日清运垃圾2车") if each.register == "waste-removal")

    assert "weight" not in weighed.values
    assert weighed.unused == ("2车",)


def test_a_number_that_is_not_exact_is_left_to_the_person() -> None:
    best = read("昨天发动群众30余人清理卫生死角5处")[0]

    assert best.register == "clean-ups"
    assert "people" not in best.values
    assert best.notes["people"] == "消息里是“30余人”，不是确数，请填实际数量。"
    assert best.values["spots"] == "5"
    assert best.values["day"] == "2024-04-25"


@pytest.mark.parametrize(
    ("text", "register", "values"),
    [
        (
            "今天过磅清运垃圾850公斤",
            "waste-removal",
            {"weight": "0.85", "basis": "过磅", "day": "2024-04-26"},
        ),
        ("今天过磅清运垃圾3.5吨", "waste-removal", {"weight": "3.5", "day": "2024-04-26"}),
        ("新增永久性标语六条，张贴在村口", "slogans", {"count": "6", "kind": "永久性标语", "place": "村口"}),
        ("3.20召开干部学习大会，参加86人", "study-meetings", {"present": "86", "day": "2024-03-20"}),
        (
            "2024年3月5日受理村民排水纠纷1件，3月9日调解成功，达成口头协议",
            "disputes",
            {
                "accepted_on": "2024-03-05",
                "settled_on": "2024-03-09",
                "kind": "水田排水",
                "outcome": "口头协议",
            },
        ),
        (
            "独坡屯4月1日新聘保洁员2人到岗",
            "cleaning",
            {"hamlet": "独坡屯", "cleaners": "2", "since": "2024-04-01"},
        ),
        ("前天在榕汀村发放反诈宣传资料1,200份", "publicity-leaflets", {"count": "1200", "place": "榕汀村"}),
    ],
)
def test_messages_of_a_town(text: str, register: str, values: dict[str, str]) -> None:
    best = read(text)[0]

    assert best.register == register
    assert {name: best.values.get(name) for name in values} == values


def test_a_day_that_would_lie_ahead_is_one_of_last_year() -> None:
    best = read("12月30日组织12人清理河道", today=date(2024, 1, 3))[0]

    assert best.values["day"] == "2023-12-30"


@pytest.mark.parametrize(
    "text", ["", "大家注意下午开会", "收到", "昨天村里学校买了5台电脑", "👍👍", "12345678901"]
)
def test_a_message_that_fits_no_register_proposes_none(text: str) -> None:
    assert read(text) == []


@given(st.text(max_size=200))
def test_any_text_is_safe_and_every_value_comes_from_it(text: str) -> None:
    for found in read(text):
        assert found.values.keys() <= {field.id for field in _register(found.register).asked}


def _register(name: str) -> Register:
    return next(each for each in registers() if each.id == name)
