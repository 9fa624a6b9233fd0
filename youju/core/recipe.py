"""Recipes 取数式: what to compute, as a text that reads back to itself.

`publicity.leaflets.handed_out @禾澄镇 2024-01-01..2024-04-26 [专项=村庄清洁行动] 截至=2024-05-01 按2026-06-30区划`: a measure, a unit
and a period; dimensions, the moment to look back from, the division and a comparison where they are asked for.
docs/algorithms/figures.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from rapidfuzz import process

from youju.core import division
from youju.core.measure import Measure
from youju.core.orgtree import OrgTree, UnknownOrgUnit
from youju.core.period import Period, parse_period
from youju.core.problem import DomainError
from youju.core.register import Catalog


class BadRecipe(DomainError):
    """A text that is no recipe, or names a measure, unit, dimension or value that does not exist."""

    code = "recipe.unreadable"
    text = "取数式“{text}”有误：{why}"


Against = Literal["", "year_before", "period_before"]
AGAINST_ZH: dict[Against, str] = {"year_before": "同比", "period_before": "环比"}
# By whose division: as everything stood at its time; that of a day; or, in recipes of before 按…区划 had a day, that of
# the last day of the period.
Division = date | Literal["", "last_day"]


@dataclass(frozen=True, slots=True)
class AsOf:
    """The moment to look back from: a ledger sequence, or an instant (a day means its end). Empty: now."""

    seq: int | None = None
    instant: datetime | None = None
    day: date | None = None

    def __str__(self) -> str:
        if self.seq is not None:
            return f"#{self.seq}"
        if self.instant is not None:
            return self.instant.isoformat()
        return str(self.day) if self.day else ""


NOW = AsOf()


class Hashed:
    """Remembers its hash: boards look sixty recipes and their questions up for every page."""

    __slots__ = ("_hash",)
    _hash: int


@dataclass(frozen=True, slots=True)
class Recipe(Hashed):
    """What to compute. Its text form reads back to itself.

    unit           name or code of the unit whose subtree is asked
    period         days, both included; of a stock the last day counts
    dims           dimension → value, in the order written
    division       按2026-06-30区划: count where units stand on that day instead of where they stood; 按现区划 means the day
                   of asking (`asked`), and in a recorded recipe the last day of the period
    against        同比 or 环比: not the value but by how many per cent it changed, against the same days of the
                   year before or against the days just before
    """

    measure: str
    unit: str
    period: Period
    dims: tuple[tuple[str, str], ...] = ()
    as_of: AsOf = NOW
    division: Division = ""
    against: Against = ""

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            said = (
                self.measure,
                self.unit,
                self.period,
                self.dims,
                self.as_of,
                self.division,
                self.against,
            )
            object.__setattr__(self, "_hash", hash(said))
            return self._hash

    def at(self, seq: int) -> Recipe:
        """The same as of a sequence number. Written out: `replace` costs ten times as much, and boards ask sixty."""
        as_of = AsOf(seq)
        return Recipe(self.measure, self.unit, self.period, self.dims, as_of, self.division, self.against)

    def asked(self, today: date) -> Recipe:
        """What it means when somebody asks it today: 按现区划 is today's.

        A recipe that bears a number of the ledger was recorded as the answer to a question of before, and keeps its reading.
        """
        if self.division == "last_day" and self.as_of.seq is None:
            return replace(self, division=today)
        return self

    def anew(self) -> Recipe:
        """The same question of the ledger as it stands; what 按现区划 meant when it was recorded is written out."""
        if self.division == "last_day":
            return replace(self, as_of=NOW, division=self.period.last)
        return replace(self, as_of=NOW)

    @property
    def day(self) -> date:
        """The day whose organisation is asked: names are read, and units are looked for, as of it."""
        return self.division if isinstance(self.division, date) else self.period.last

    def __str__(self) -> str:
        parts = [self.measure, f"@{self.unit}", str(self.period)]
        if self.dims:
            parts.append("[" + "; ".join(f"{name}={value}" for name, value in self.dims) + "]")
        if self.as_of != NOW:
            parts.append(f"截至={self.as_of}")
        if self.division:
            parts.append("按现区划" if self.division == "last_day" else f"按{self.division}区划")
        if self.against:
            parts.append(AGAINST_ZH[self.against])
        return " ".join(parts)


_RECIPE = re.compile(
    r"""\s*(?P<measure>[^\s@\[]+)
    (?:\s*@(?P<unit>[^\s\[]+))?
    (?:\s+(?P<period>\d{4}\S*))?
    (?:\s*\[(?P<dims>[^\]]*)\])?
    (?:\s+(?:截至=|as-of[= ]\s*)(?P<as_of>\S+))?
    (?:\s+按(?P<division>\S*)区划)?
    (?:\s+(?P<against>同比|环比))?\s*""",
    re.VERBOSE,
)


def parse_recipe(text: str, *, unit: str = "", period: Period | None = None) -> Recipe:
    """Read a recipe; `unit` and `period` fill in what the text leaves out. Raises BadRecipe and BadPeriod.

    Names are not checked here: `check_recipe` does, with the catalog.
    """
    found = _RECIPE.fullmatch(text)
    if not found:
        raise BadRecipe(text=text, why="应写成“数据项 @组织 起..止 [维度=值]”。")
    dims = []
    for part in re.split(r"[;；,，]", found["dims"] or ""):
        if part.strip():
            name, equals, value = part.partition("=")
            if not equals or not name.strip() or not value.strip():
                raise BadRecipe(text=text, why=f"方括号内的“{part.strip()}”应写成“维度=值”。")
            dims.append((name.strip(), value.strip()))
    own_unit = found["unit"] or unit
    own_period = parse_period(found["period"]) if found["period"] else period
    if not own_unit:
        raise BadRecipe(text=text, why="缺组织，请加“@组织名”，例如 @禾澄镇。")
    if own_period is None:
        raise BadRecipe(text=text, why="缺期间，请加 2024-01-01..2024-04-26 这样的起止日期。")
    return Recipe(
        found["measure"],
        own_unit,
        own_period,
        tuple(dims),
        parse_as_of(found["as_of"] or ""),
        _read_division(found["division"], text),
        next((key for key, word in AGAINST_ZH.items() if word == found["against"]), ""),
    )


def _read_division(said: str | None, text: str) -> Division:
    if said is None:
        return ""
    if said == "现":
        return "last_day"
    named = re.fullmatch(r"(\d{4})[-年](\d{1,2})[-月](\d{1,2})日?", said)
    try:
        if named:
            return date(*map(int, named.groups()))
    except ValueError:
        pass
    raise BadRecipe(text=text, why="区划应写成“按现区划”，或“按2026-06-30区划”这样有的日期。")


def parse_as_of(text: str) -> AsOf:
    """Read #123, 2024-04-30 (its end) or an ISO instant with or without zone (then Asia/Shanghai by the caller)."""
    if not text:
        return NOW
    try:
        if text.startswith("#"):
            return AsOf(seq=int(text[1:]))
        if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", text):
            year, month, day = map(int, text.split("-"))
            return AsOf(day=date(year, month, day))
        return AsOf(instant=datetime.fromisoformat(text))
    except ValueError:
        raise BadRecipe(text=text, why="截至应写成 2024-04-30、2024-04-30T12:00 或台账序号 #123。") from None


def check_recipe(recipe: Recipe, catalog: Catalog) -> Recipe:
    """The recipe with titles and aliases turned into ids. Raises BadRecipe naming the nearest known name."""
    measure = find_measure(recipe.measure, catalog, str(recipe))
    dims = []
    for name, value in recipe.dims:
        index = measure.dimension_index(name)
        if index is None:
            known = [dimension.id for dimension in measure.dimensions]
            why = f"“{measure.title}”没有维度“{name}”。" + (
                f"可用：{'、'.join(known)}。" if known else "它不分维度。"
            )
            raise BadRecipe(text=recipe, why=why)
        choices = catalog.dimension_choices(measure.dimensions[index], measure)
        known_value = next((each.id for each in choices if value in (each.id, *each.aliases)), None)
        if known_value is None and choices:
            near = process.extractOne(value, [each.id for each in choices])
            raise BadRecipe(text=recipe, why=f"维度“{name}”没有“{value}”这个值。最接近的是“{near[0]}”。")
        dims.append((name, known_value or value))
    if recipe.against and not measure.observed:
        why = f"“{measure.title}”是由别的数据项算出来的，不能再求{AGAINST_ZH[recipe.against]}。"
        raise BadRecipe(text=recipe, why=why)
    return replace(recipe, measure=measure.id, dims=tuple(dims))


def root_of(recipe: Recipe, tree: OrgTree, within: int | None = None) -> int:
    """The unit that a recipe asks, by the names of the day whose organisation it asks.

    within  only units of this subtree are found and named
    raises  UnknownOrgUnit, AmbiguousOrgUnit, NotInDivision
    """
    if not isinstance(recipe.division, date):
        return tree.find(recipe.unit, recipe.period.last, within)
    try:
        found = tree.find(recipe.unit, recipe.division, within)
    except UnknownOrgUnit:
        # Whoever asks about earlier days may use the name of then.
        found = tree.find(recipe.unit, recipe.period.last, within)
    division.check_stands(tree, found, recipe.division, recipe.unit, within)
    return found


def find_measure(name: str, catalog: Catalog, text: str) -> Measure:
    """The measure with this id, title or alias. Raises BadRecipe naming the nearest."""
    if found := catalog.measures.get(name):
        return found
    for measure in catalog.measures.values():
        if name == measure.title:
            return measure
    named = [measure for measure in catalog.measures.values() if name in measure.aliases]
    if len(named) == 1:
        return named[0]
    if named:
        choices = "、".join(f"{measure.id}（{measure.title}）" for measure in named)
        raise BadRecipe(text=text, why=f"“{name}”有{len(named)}个数据项：{choices}。")
    names = list(catalog.measures) + [measure.title for measure in catalog.measures.values()]
    near = process.extractOne(name, names, score_cutoff=40)
    hint = f"最接近的是“{near[0]}”。" if near else "请在台账的数据项中核对名称。"
    raise BadRecipe(text=text, why=f"没有“{name}”这个数据项。{hint}")
