"""The cast of the tests: one county, two towns, villages with hamlets, one person for each thing to be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from youju.actions import clock, members, registers, setup, units
from youju.actions.entries import Recorded, record
from youju.actions.reviews import confirm
from youju.actions.setup import Account
from youju.actions.units import NewUnit
from youju.core.entry import Raw
from youju.core.figure import Figure
from youju.core.quantity import UnitTable
from youju.core.recipe import parse_recipe
from youju.specs.catalog import Loaded, load_catalog
from youju.specs.lexicon import load_units
from youju.store.models import Member
from youju.store.queries import figures, scope

HERE = Path(__file__).parent
SHIPPED = HERE.parent / "catalog"
SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2024, 5, 1, 9, 0, tzinfo=SHANGHAI)
LONG_AGO = date(2000, 1, 1)


@dataclass(frozen=True)
class Town:
    """Ids of the units and people that tests name: unit["东村"], who["clerk"]."""

    unit: Mapping[str, int]
    who: Mapping[str, Member]

    def record(self, register: str, unit: str, by: str = "recorder", **raw: Raw) -> Recorded:
        """Record one entry; it waits for review."""
        return record(register, self.unit[unit], raw, by=self.who[by], units=measure_units())

    def reviewed(self, register: str, unit: str, by: str = "recorder", **raw: Raw) -> Recorded:
        """Record one entry and have the reviewer confirm it."""
        recorded = self.record(register, unit, by, **raw)
        confirm([recorded.entry], by=self.who["reviewer"])
        return recorded

    def figure(self, recipe: str, by: str = "clerk") -> Figure:
        """One figure, as the clerk sees it."""
        viewer = scope.viewer_of(self.who[by])
        return figures.evaluate([parse_recipe(recipe)], viewer, clock.today())[0]


@cache
def measure_units() -> UnitTable:
    """The shipped units of count and measure."""
    return load_units([SHIPPED / "units.yaml"])


@cache
def catalog() -> Loaded:
    """The small registers of the tests."""
    return load_catalog(HERE / "catalog", None, measure_units())


def build_town() -> Town:
    """Start a ledger with the cast; the clock is the caller's."""
    county, first, second = setup.init(
        [
            NewUnit("示范县", "county", None, "990101000000", since=LONG_AGO, ref="county"),
            NewUnit("甲镇", "town", "county", "990101101000", since=LONG_AGO),
            NewUnit("乙镇", "town", "county", "990101102000", since=LONG_AGO),
        ],
        {
            "system": Account("sys", "系统员"),
            "security": Account("sec", "安全员"),
            "audit": Account("aud", "审计员"),
        },
    )
    who = {name: setup.member_of(name) for name in ("sys", "sec", "aud")}
    unit = {"示范县": county, "甲镇": first, "乙镇": second}
    villages = [(name, first) for name in ("东村", "南村", "西村")] + [
        (name, second) for name in ("北村", "中村")
    ]
    made = units.add(
        [NewUnit(name, "village", town, since=LONG_AGO) for name, town in villages], by=who["sys"]
    )
    unit |= dict(zip((name for name, _ in villages), made, strict=True))
    hamlets = [("东一屯", "东村"), ("东二屯", "东村"), ("南一屯", "南村")]
    made = units.add(
        [NewUnit(name, "hamlet", unit[village], since=LONG_AGO) for name, village in hamlets], by=who["sys"]
    )
    unit |= dict(zip((name for name, _ in hamlets), made, strict=True))
    people = {
        "recorder": ("登记人", county, "recorder"),
        "reviewer": ("审核人", county, "reviewer"),
        "clerk": ("经办人", county, "clerk"),
        "leader": ("领导", county, "leader"),
        "inspector": ("督查", first, "inspector"),
        "east": ("东村干部", unit["东村"], "recorder"),
        "stranger": ("乙镇登记人", second, "recorder"),
        "stranger-reviewer": ("乙镇审核人", second, "reviewer"),
    }
    for account, (name, at, role) in people.items():
        member = members.add_member(account, name, at, by=who["sys"])
        members.grant(member, role, at, by=who["sec"], since=LONG_AGO)  # type: ignore[arg-type]
        who[account] = member
    registers.sync(catalog().catalog.registers.values(), by=who["sys"], unit=county)
    return Town(unit, who)
