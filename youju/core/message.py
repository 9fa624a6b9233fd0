"""群消息 → a prefilled entry: "3月12日组织12人清理河道，垃圾2车" becomes a form to check, never an entry by itself.

What the message does not say exactly stays empty with a note: 30余人 is no number to write down, and 2车 is not
turned into tons for a register that weighs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from youju.core.claim.extract import extract
from youju.core.claim.lexicon import Lexicon
from youju.core.claim.model import Claim
from youju.core.quantity import UnitTable, plain
from youju.core.register import Field, Register
from youju.core.zh.dates import SAID_DAYS, read_day, said_day
from youju.core.zh.unreadable import NotReadable

MOST = 2000  # characters of one message; a longer one is a report, and goes to 材料体检
_DAY = re.compile(
    r"(?:(?:19|20)\d{2}[年./-])?\d{1,2}(?:月\d{1,2}[日号]|[./-]\d{1,2}(?![\d.]))|" + "|".join(SAID_DAYS)
)
# People at one event are visits of that event; a register of events counts visits.
_SAME_AT_ONE_EVENT = {("人", "人次"), ("辆", "车次"), ("台次", "车次"), ("户", "户次")}
_WHAT = ("内容", "事项", "主题")
_PLACE = re.compile(
    r"在([^，。；\s\d]{2,14}?)(?=发放|悬挂|张贴|设立|开展|召开|举办|组织|清理|清运|[，。；\s]|$)"
)
SURE = 4  # points below which a register is not proposed: one word that fits says nothing


@dataclass(frozen=True, slots=True)
class Prefilled:
    """A register the message may belong to, and what it says for its fields.

    values  field id → text to stand in the form, as the field is read
    notes   field id → why it was left open, or what to check
    unused  figures of the message that no field takes
    points  how well the register fits; only their order means something
    """

    register: str
    values: Mapping[str, str]
    notes: Mapping[str, str]
    unused: tuple[str, ...]
    points: int


@dataclass(frozen=True, slots=True)
class Message:
    """A message as read: its figures, its days in order, and the units named in it."""

    text: str
    claims: tuple[Claim, ...]
    days: tuple[tuple[int, date], ...]
    units: tuple[tuple[int, str], ...] = ()  # unit and the name it was called by, longest names first


def read_message(text: str, lexicon: Lexicon, today: date, units: Iterable[tuple[int, str]] = ()) -> Message:
    """Find the figures, days and units of a message.

    today   what 昨天 counts from, and the year of 3月12日; a day that would lie ahead is one of last year
    units   the units it may name, with each of their names
    """
    kept = text[:MOST]
    claims = tuple(each for each in extract(kept, lexicon) if each.is_claim)
    # 3.5 of 3.5吨 looks like a day and is none.
    days = tuple(
        (found.start(), day)
        for found in _DAY.finditer(kept)
        if not any(each.start < found.end() and found.start() < each.end for each in claims)
        and (day := _day(found.group(), today))
    )
    named = sorted(((unit, name) for unit, name in units if name in kept), key=lambda each: -len(each[1]))
    return Message(kept, claims, days, tuple(named))


def prefill(
    message: Message,
    registers: Sequence[Register],
    units: UnitTable,
    kinds: Callable[[int], str],
) -> list[Prefilled]:
    """The registers a message may belong to, best first; empty when none fits.

    registers  those the person may record in
    kinds      the kind of a unit (village, hamlet …)
    """
    found = [_fill(message, each, units, kinds) for each in registers]
    return sorted((each for each in found if each.points >= SURE), key=lambda each: -each.points)


def _fill(message: Message, register: Register, units: UnitTable, kinds: Callable[[int], str]) -> Prefilled:
    points = _points(message.text, register)
    values: dict[str, str] = {}
    notes: dict[str, str] = {}
    taken: set[int] = set()
    amounts = [each for each in register.asked if each.kind == "quantity"]
    for field, at in _assigned(message, amounts, register, units):
        claim = message.claims[at]
        taken.add(at)
        points += 2 + _about(message, claim, field, register)
        number = _number(claim, field, units)
        if number is None:
            notes[field.id] = f"消息里是“{claim.text}”，不是确数，请填实际数量。"
        else:
            values[field.id] = number
            if not claim.value or not claim.value.unit_given:
                notes[field.id] = f"消息里的“{claim.text}”没有写单位，请核对。"
    values |= _days(message, register)
    for field in register.asked:
        if field.kind == "choice" and (chosen := _choice(message.text, field)):
            values[field.id] = chosen
            points += 2
        elif field.kind == "unit":
            named = next((name for unit, name in message.units if kinds(unit) in field.unit_kinds), "")
            if named:
                values[field.id] = named
    values |= _words(message, register)
    once = {rule.value.replace(" ", "") for rule in register.observe}  # 受理纠纷1件 is the entry itself
    unused = tuple(
        each.text for at, each in enumerate(message.claims) if at not in taken and each.text not in once
    )
    return Prefilled(register.id, values, notes, unused, points)


def _points(text: str, register: Register) -> int:
    """How much of what the register counts is named in the text; its best measure speaks for it."""
    points = sum(3 for name in (register.title.removesuffix("台账"), *register.aliases) if name in text)
    said = [
        3 * _is_said(measure.noun, text)
        + 2 * (measure.action in text)
        + sum(2 for alias in measure.aliases if alias in text)
        for measure in register.measures
        if measure.behaviour in {"flow", "stock"}
    ]
    return points + max(said, default=0)


def _is_said(noun: str, text: str) -> bool:
    return noun in text or any(noun.endswith(tail) and tail in text for tail in _tails(noun))


def _tails(noun: str) -> Iterator[str]:
    """The shorter ways to say a noun: 宣传资料 → 资料; never a single character."""
    yield from (noun[at:] for at in range(1, len(noun) - 1))


def _assigned(
    message: Message, amounts: Sequence[Field], register: Register, units: UnitTable
) -> list[tuple[Field, int]]:
    """Pairs of field and claim, the closest first; each is used once."""
    pairs = []
    for at, claim in enumerate(message.claims):
        if claim.change == "down" or claim.rate:  # 新增6条 is what happened that day
            continue
        for order, field in enumerate(amounts):
            if _fits(claim, field, units):
                pairs.append((_about(message, claim, field, register), -order, -at, field, at))
    pairs.sort(key=lambda each: each[:3], reverse=True)
    used: set[int] = set()
    filled: dict[str, tuple[Field, int]] = {}
    for _, _, _, field, at in pairs:
        if field.id not in filled and at not in used:
            filled[field.id] = field, at
            used.add(at)
    return list(filled.values())


def _fits(claim: Claim, field: Field, units: UnitTable) -> bool:
    assert claim.value is not None
    assert field.unit is not None
    said = units.find(claim.value.norm_unit)
    if said is None:
        return False
    return said.family == field.unit.family or (said.symbol, field.unit.symbol) in _SAME_AT_ONE_EVENT


def _about(message: Message, claim: Claim, field: Field, register: Register) -> int:
    """0 to 3: how much what the claim counts is called like the field, or like what the field feeds."""
    names = [field.title, *field.aliases]
    fed = {rule.measure for rule in register.observe if rule.value == field.id}
    for measure in register.measures:
        if measure.id in fed:
            names += [measure.title, measure.noun, *measure.aliases]
    lead = message.text[max(0, claim.start - 4) : claim.start]
    if any(
        name[at : at + 2] in lead for name in names[: 1 + len(field.aliases)] for at in range(len(name) - 1)
    ):
        return 3  # 参加86人, 垃圾2车
    if len(claim.subject) < 2:
        return 0
    return round(3 * max(fuzz.partial_ratio(claim.subject, name) for name in names) / 100)


def _number(claim: Claim, field: Field, units: UnitTable) -> str | None:
    """What to write into the field, None when the message gives no exact number."""
    value = claim.value
    assert value is not None
    assert field.unit is not None
    if value.number is None or value.interval.low != value.interval.high:
        return None
    said = units[value.norm_unit]
    if said.family != field.unit.family:
        return plain(value.number)
    return plain(value.number * said.factor / field.unit.factor)


def _days(message: Message, register: Register) -> dict[str, str]:
    """The first day for the day the register files by; a later stage takes the day its own words stand behind."""
    found: dict[str, str] = {}
    if not message.days:
        return found
    found[register.day] = message.days[0][1].isoformat()
    others = [each for each in register.asked if each.kind == "date" and each.id != register.day]
    for (at, day), end in zip(message.days[1:], _ends(message), strict=False):
        clause = message.text[at:end]
        best = max(others, key=lambda each: _named_in(each, clause), default=None)
        if best is not None and _named_in(best, clause) and best.id not in found:
            found[best.id] = day.isoformat()
    return found


def _ends(message: Message) -> list[int]:
    starts = [at for at, _ in message.days[2:]]
    return [*starts, len(message.text)]


def _named_in(field: Field, clause: str) -> int:
    """How many two-character pieces of the field's names stand in the clause, the words for days left out."""
    pieces = {name[at : at + 2] for name in (field.title, *field.aliases) for at in range(len(name) - 1)} - {
        "日期",
        "时间",
    }
    return sum(piece in clause for piece in pieces)


def _choice(text: str, field: Field) -> str:
    """The option that is named, by the longest of its names."""
    names = [
        (len(name), choice.id)
        for choice in field.choices
        for name in (choice.id, *choice.aliases)
        if name in text
    ]
    return max(names)[1] if names else ""


def _words(message: Message, register: Register) -> dict[str, str]:
    """The sentence itself for the first field that asks what was done, the place for the one that asks where."""
    found: dict[str, str] = {}
    free = [each for each in register.asked if each.kind in {"text", "long_text"} and each.personal is None]
    what = next((each for each in free if any(word in each.title for word in _WHAT)), None)
    if what is not None:
        found[what.id] = _sentence(message)
    where = next((each for each in free if "地点" in each.title), None)
    if where is not None and (place := _PLACE.search(message.text)):
        found[where.id] = place[1]
    return found


def _sentence(message: Message) -> str:
    """The message in one line, without its days and the address line of a group (@所有人)."""
    text = message.text
    for at, _ in reversed(message.days):
        text = _DAY.sub("", text[at:], count=1).join((text[:at], ""))
    return re.sub(r"\s+", " ", re.sub(r"@\S+\s*", "", text)).strip(" ，。；;,.：:")[:120]


def _day(written: str, today: date) -> date | None:
    if said := said_day(written, today):
        return said
    plain_text = re.sub(r"^(\d{1,2})[./](\d{1,2})$", r"\1-\2", written)
    try:
        day = read_day(plain_text, today.year)
    except NotReadable:
        return None
    if day > today and not re.match(r"(?:19|20)\d{2}", written):
        try:
            return day.replace(year=day.year - 1)
        except ValueError:  # 29 February
            return None
    return day
