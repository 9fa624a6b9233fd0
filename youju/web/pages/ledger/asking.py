"""What a list's address asks for: filters, order, columns; and the same as an address again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.http import QueryDict

from youju.core.entry import STATES
from youju.core.period import Period
from youju.core.problem import DomainError
from youju.core.register import Field, Register
from youju.core.zh.dates import read_period
from youju.store.queries.tree import unit_of
from youju.web.asking import Asked

FIRST_COLUMNS = 5
ORDERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "": ("日期，近的在前", ("-day",)),
    "day": ("日期，远的在前", ("day",)),
    "seq": ("登记，近的在前", ("-seq",)),
    "unit": ("组织", ("unit_id", "-day")),
}


@dataclass(frozen=True)
class Wanted:
    """A list as asked for. What could not be understood is in `problems`, by control, and does not narrow the list."""

    words: str = ""
    unit: int | None = None
    unit_uid: str = ""
    period: Period | None = None
    period_text: str = ""
    state: str = ""
    facets: Mapping[str, str] = field(default_factory=dict)
    order: str = ""
    columns: tuple[str, ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)

    def query(self) -> dict[str, str]:
        """The address's part behind the question mark, without the offset."""
        said = {
            "q": self.words,
            "unit": self.unit_uid,
            "period": self.period_text,
            "state": self.state,
            "sort": self.order,
            "cols": ",".join(self.columns),
        }
        said |= {f"f_{name}": value for name, value in self.facets.items()}
        return {name: value for name, value in said.items() if value}


def read(request: Asked, register: Register, units: list[int]) -> Wanted:
    """Read the address.

    units  those that may be chosen
    """
    asked: QueryDict = request.GET
    problems: dict[str, str] = {}
    period, said = None, asked.get("period", "").strip()[:40]
    if said:
        try:
            period = read_period(said, request.today.year, request.today)
        except DomainError as error:
            problems["period"] = error.message
    uid = asked.get("unit", "")
    unit = unit_of(uid) if uid else None
    if unit not in units:
        unit = None
    state, order = asked.get("state", ""), asked.get("sort", "")
    known = [each.id for each in columns_of(register)]
    wanted = [name for name in ",".join(asked.getlist("cols")).split(",") if name in known]
    return Wanted(
        asked.get("q", "").strip()[:60],
        unit,
        "" if unit is None else str(uuid.UUID(uid)),
        period,
        said,
        state if state in STATES else "",
        {
            each.id: value
            for each in register.fields
            if each.filter and (value := asked.get(f"f_{each.id}", ""))
        },
        order if order in ORDERS else "",
        tuple(dict.fromkeys(wanted)),
        problems,
    )


def columns_of(register: Register) -> list[Field]:
    """The fields that may be columns: every one that is shown, personal ones never."""
    return [each for each in register.fields if each.personal is None]


def shown_columns(register: Register, wanted: Wanted) -> list[Field]:
    """The columns chosen, else the first few that are not the day the list shows anyway."""
    if wanted.columns:
        return [register.by_id[name] for name in wanted.columns]
    usual = [each for each in columns_of(register) if each.id != register.day and not each.retired]
    return usual[:FIRST_COLUMNS]
