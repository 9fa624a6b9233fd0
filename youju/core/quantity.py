"""Numbers of some unit: 12 件, 3.5 万元. Never a bare number, never a float."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from youju.core.problem import DomainError


class UnknownUnit(DomainError):
    """A unit that units.yaml does not list."""

    code = "unit.unknown"
    text = "没有“{symbol}”这个单位。请用：{known}，或在 units.yaml 中增加。"


class UnitMismatch(DomainError):
    """Two quantities that cannot be added or converted."""

    code = "unit.mismatch"
    text = "“{a}”与“{b}”不是同一类单位，不能换算或相加。"


class TooManyDecimals(DomainError):
    """More decimals than the unit keeps."""

    code = "unit.decimals"
    text = "“{number}{unit}”的小数位多于{scale}位，台账中“{unit}”最多记{scale}位小数。请按原始凭证填写。"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of count or measure.

    symbol   how it is written: 件, 元, 吨, 人次
    family   units of one family convert into each other by `factor`; a family of one unit converts into nothing
    factor   how many of the family's base unit one of this is (吨: 1000 in the family 公斤)
    scale    decimals the ledger keeps: a value is stored as the integer number × 10**scale (元 has 2: 分)
    aliases  other writings of the same unit (名 for 人); nothing is converted
    kind     count, money, mass, length, area, volume, time, percent … as claims.md names it
    """

    symbol: str
    family: str
    factor: Decimal = Decimal(1)
    scale: int = 0
    aliases: tuple[str, ...] = ()
    kind: str = "count"

    def __str__(self) -> str:
        return self.symbol


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of some unit. Adding converts; a mismatch raises UnitMismatch."""

    number: Decimal
    unit: Unit

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(self.number + other.to(self.unit).number, self.unit)

    def __sub__(self, other: Quantity) -> Quantity:
        return Quantity(self.number - other.to(self.unit).number, self.unit)

    def __lt__(self, other: Quantity) -> bool:
        return self.number < other.to(self.unit).number

    def to(self, unit: Unit) -> Quantity:
        """The same quantity in `unit`. Raises UnitMismatch when the families differ."""
        if unit is self.unit or unit == self.unit:
            return self
        if unit.family != self.unit.family:
            raise UnitMismatch(a=self.unit, b=unit)
        return Quantity(self.number * self.unit.factor / unit.factor, unit)

    def scaled(self) -> int:
        """The integer the ledger stores. Raises TooManyDecimals when the number does not fit the unit's scale."""
        shifted = self.number.scaleb(self.unit.scale)
        if shifted != shifted.to_integral_value():
            raise TooManyDecimals(number=plain(self.number), unit=self.unit, scale=self.unit.scale)
        return int(shifted)

    def rounded(self, decimals: int) -> Quantity:
        """Rounded half up, as the standard for figures in reports has it."""
        return Quantity(self.number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP), self.unit)

    def __str__(self) -> str:
        return f"{plain(self.number)}{self.unit}"


PERCENT = Unit("%", "%", scale=2, aliases=("％",), kind="percent")


def from_scaled(value: int, unit: Unit) -> Quantity:
    """The quantity behind a stored integer."""
    return Quantity(Decimal(value).scaleb(-unit.scale) if unit.scale else Decimal(value), unit)


def plain(number: Decimal) -> str:
    """Digits without exponent and without trailing zeros: 1246.380 → 1246.38, 1E+4 → 10000."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


class UnitTable(Mapping[str, Unit]):
    """All units by symbol and by alias.

    raises  ValueError when two units claim one symbol or alias
    """

    def __init__(self, units: Iterable[Unit]) -> None:
        self.units = tuple(units)
        self._by_name: dict[str, Unit] = {}
        for unit in self.units:
            for name in (unit.symbol, *unit.aliases):
                if self._by_name.setdefault(name, unit) is not unit:
                    raise ValueError(
                        f"two units are written {name}: {self._by_name[name].symbol}, {unit.symbol}"
                    )

    def __getitem__(self, name: str) -> Unit:
        try:
            return self._by_name[name]
        except KeyError:
            raise UnknownUnit(symbol=name, known="、".join(unit.symbol for unit in self.units[:12])) from None

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def find(self, name: str) -> Unit | None:
        """The unit written `name`, or None."""
        return self._by_name.get(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)
