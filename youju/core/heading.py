"""Column headings as offices write them, and which field of a register each one means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz

How = Literal["given", "exact", "last part", "ending", "near", "serial", "ignored", "none"]

NEAR = 75  # fuzz.ratio from which a heading may be taken for a field
NEAR_AMOUNT = 85  # stricter for what is added up: a wrong column makes a wrong figure
MARGIN = 10  # how far the best field must be ahead of the second
WORTH_SUGGESTING = 50
PART_MARK = (
    "·"  # between the parts of a heading in messages, and in headers we write ourselves: 发放情况·数量
)
REFUSED_COLUMNS = (
    "原工作表",
    "原行号",
    "未导入的原因",
)  # what is added to refused rows; left out when they come back


@dataclass(frozen=True, slots=True)
class FieldName:
    """A field as a table may name it.

    title, aliases  as people write it; the unit may stand in brackets
    amount          a number that is added up: never copied over merged cells, never guessed lightly
    unit            the unit the field is kept in, so that 单位：万元 above a table reaches the columns of money only
    """

    id: str
    title: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    amount: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """The text above one column.

    parts  from the top row of the header to the bottom, a repeated or empty part once: (发放情况, 数量)
    name   the last part without unit, mark and blanks
    unit   what stands in brackets or after a slash when it is a unit: 份, 万元
    """

    parts: tuple[str, ...] = ()
    name: str = ""
    unit: str = ""

    def __str__(self) -> str:
        return PART_MARK.join(self.parts)


@dataclass(frozen=True, slots=True)
class Match:
    """Which field a heading means. `field` is None when none; `rivals` are ids that fit about as well."""

    field: str | None
    how: How
    score: float = 0.0
    rivals: tuple[str, ...] = ()
    suggestion: str | None = None


NO_MATCH = Match(None, "none")

_SERIALS = {"序号", "编号", "序", "号", "no", "no.", "顺序号", "行号", "行次"}
_NOTES = re.compile(r"必填|选填|可选|盖章|签字|签名|年.?月|月.?日|格式|如|例|可|请|见|不|从|下拉|填")
_BRACKETS = re.compile(r"[(\[{〔【<《](?:计量)?(?:单位)?:?([^()\[\]{}〔〕【】<>《》]*)[)\]}〕】>》]")
_AFTER_SLASH = re.compile(r"^(.{2,})(?:[/:_-]|单位:?)([^/:_-]{1,4})$")
_STAYS = re.compile(r"[0-9\u4e00-\u9fff]")  # first characters that stand first in the normalised name too
_MARKS = re.compile(r"^[*★☆·•.、#]+|[*★☆:;,.、]+$")


@lru_cache(maxsize=4096)
def normalised(text: str) -> str:
    """Half-width, lower case, without blanks, line breaks and the marks of required columns."""
    bare = "".join(unicodedata.normalize("NFKC", text).split())
    if not bare.isprintable():
        bare = "".join(char for char in bare if unicodedata.category(char) not in ("Cf", "Cc"))
    return _MARKS.sub("", bare).casefold()


def read_heading(parts: Iterable[str], units: Container[str] | None = None) -> Heading:
    """The heading of a column from its header cells, top to bottom.

    units  the symbols that count as units; without it any short text in brackets does that is no remark
    """
    kept: list[str] = []
    unit = ""
    for part in (piece for whole in parts for piece in whole.split(PART_MARK)):
        shown = " ".join(part.split())
        if not normalised(shown) or (kept and normalised(kept[-1]) == normalised(shown)):
            continue
        name, found = split_unit(shown, units)
        unit = found or unit
        if kept and not name:  # a row that holds only the units
            continue
        kept.append(shown)
    if not kept:
        return Heading()
    return Heading(tuple(kept), split_unit(kept[-1], units)[0], unit)


def split_unit(text: str, units: Container[str] | None = None) -> tuple[str, str]:
    """A heading cell as (name, unit), both normalised: 数量（份） is (数量, 份). A remark in brackets is dropped."""
    plain = normalised(text)
    unit = ""

    def bracket(match: re.Match[str]) -> str:
        nonlocal unit
        inside = match.group(1)
        if _is_unit(inside, units):
            unit = inside
            return ""
        return "" if not inside or _NOTES.search(inside) else inside

    name = _MARKS.sub("", _BRACKETS.sub(bracket, plain))
    slash = _AFTER_SLASH.match(name)
    if not unit and slash and units is not None and slash.group(2) in units:
        return slash.group(1), slash.group(2)
    if units is not None and name and name in units:
        return "", name
    return name, unit


def _is_unit(text: str, units: Container[str] | None) -> bool:
    if not text:
        return False
    if units is not None:
        return text in units
    return len(text) <= 4 and not _NOTES.search(text) and not any(char.isdigit() for char in text)


class FieldNames:
    """The fields of one register, ready to be asked which of them a heading means.

    given  a caller's own decision: heading or column letters → field id, or "" for a column to leave out
    """

    def __init__(
        self,
        fields: Sequence[FieldName],
        given: Mapping[str, str] | None = None,
        units: Container[str] | None = None,
    ) -> None:
        self.fields = {field.id: field for field in fields}
        self.units = units
        self._given = {normalised(heading): field for heading, field in (given or {}).items()}
        unknown = set(self._given.values()) - set(self.fields) - {""}
        if unknown:
            raise KeyError(min(unknown))
        self._exact: dict[str, set[str]] = {}
        self._near: list[tuple[str, str]] = []  # (name, field id)
        for field in fields:
            for name in (field.title, *field.aliases):
                for form in {normalised(name), split_unit(name, units)[0]} - {""}:
                    self._exact.setdefault(form, set()).add(field.id)
                    self._near.append((form, field.id))
        self._firsts = {form[0] for form in self._exact}
        self._cache: dict[tuple[Heading, str, bool], Match] = {}

    def is_name(self, text: str) -> str | None:
        """The id of the one field that is called exactly so."""
        if _STAYS.match(text) and text[0] not in self._firsts:
            return None
        plain = normalised(text)
        found = self._exact.get(plain) or self._exact.get(split_unit(text, self.units)[0]) or set()
        return next(iter(found)) if len(found) == 1 else None

    def match(self, heading: Heading, letters: str = "", *, near: bool = True) -> Match:
        """Which field `heading` above the column `letters` means; `near` allows for what is not exactly its name."""
        key = (heading, letters if self._given else "", near)
        if key not in self._cache:
            self._cache[key] = self._match(heading, letters, near)
        return self._cache[key]

    def _match(self, heading: Heading, letters: str, near: bool) -> Match:
        whole = normalised("".join(heading.parts))
        for key in (normalised(letters), normalised(str(heading)), whole, heading.name):
            if key and key in self._given:
                field = self._given[key]
                return Match(field, "given", 100) if field else Match(None, "ignored")
        if not heading.parts:
            return NO_MATCH
        names = [split_unit(part, self.units)[0] for part in heading.parts]
        for form in (whole, "".join(names)):
            if found := self._exact.get(form):
                return _one_of(found, "exact")
        for form in (normalised(heading.parts[-1]), heading.name):
            if found := self._exact.get(form):
                return _one_of(found, "last part" if len(heading.parts) > 1 else "exact")
        if heading.name in _SERIALS:
            return Match(None, "serial")
        if heading.name in REFUSED_COLUMNS:
            return Match(None, "ignored")
        return self._near_match(heading.name, "".join(names)) if near else NO_MATCH

    def _near_match(self, name: str, joined: str) -> Match:
        best: dict[str, float] = {}
        for known, field in self._near:
            score = max(fuzz.ratio(name, known), fuzz.ratio(joined, known))
            best[field] = max(best.get(field, 0.0), score)
        order = sorted(best.items(), key=lambda pair: -pair[1])
        if not order:
            return NO_MATCH
        field, score = order[0]
        rivals = tuple(other for other, points in order[1:] if points > score - MARGIN)
        suggestion = field if score >= WORTH_SUGGESTING else None
        if score >= (NEAR_AMOUNT if self.fields[field].amount else NEAR):
            if not rivals:
                return Match(field, "near", score)
            return Match(None, "none", score, (field, *rivals), suggestion)
        endings = {
            field
            for known, field in self._near
            if len(known) >= 2 and name.endswith(known) and not self.fields[field].amount
        }
        if len(endings) == 1:
            return Match(endings.pop(), "ending", NEAR)
        return Match(None, "none", score, (), suggestion)


def _one_of(found: set[str], how: How) -> Match:
    if len(found) == 1:
        return Match(next(iter(found)), how, 100)
    return Match(None, "none", 100, tuple(sorted(found)))
