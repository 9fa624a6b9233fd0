"""Read passages marked up by hand and write them as annotated claims with exact offsets.

    python tests/core/claim/corpus/marked.py     renews dev.jsonl and heldout.jsonl from *.marked.txt

A passage opens with `# id | genre | province | scope`; `# note …` lines are skipped; an empty line ends it.
`{words|subject|options}` is a claim, `{words|:x}` a numeral that is none (`NON_CLAIMS`), `<p:…>` and `<s:…>`
set the period and scope of what follows. Options: `k=` kind, `lo=` `hi=` bounds (empty: unbounded), `lx` `hx`
bound excluded, `u=` unit, `v=` ratio values, `^` up, `_` down, `s=` scope, `p=` period, `r=` rate, `opt` optional.

Bounds are worked out here from the words by a small reader of its own, so that the labels do not lean on the
product; words it cannot read are refused and need `lo=`/`hi=`.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).parent

NON_CLAIMS = {
    "d": "date",
    "o": "ordinal",
    "l": "list-number",
    "n": "name-part",
    "g": "doc-no",
    "a": "article-no",
    "t": "phone",
    "i": "id-no",
    "c": "criterion",
    "m": "idiom",
    "x": "duration-context",
}
SYNONYMS = {
    "名": "人", "位": "人", "个人": "人", "千米": "公里", "km": "公里", "平方千米": "平方公里", "㎡": "平方米",
    "平米": "平方米", "平方": "平方米", "立方": "立方米", "方": "立方米", "％": "%", "m": "米",
}  # fmt: skip
MASS = {"吨", "公斤", "千克", "斤", "克"}
MEASURE = {
    "亩", "公顷", "平方米", "平方公里", "公里", "米", "厘米", "毫米", "延米", "立方米", "千瓦时", "兆瓦", "千瓦",
    "℃", "岁", "微克/立方米", "升", "毫克/升",
}  # fmt: skip
DURATION = {"天", "小时", "分钟", "秒", "年", "个月", "个工作日", "工作日", "周"}
COVERAGE = {
    "全部": (100, 100, False), "所有": (100, 100, False), "均": (100, 100, False), "都": (100, 100, False),
    "全覆盖": (100, 100, False), "各": (100, 100, False), "几乎都": (90, 100, False), "几乎全部": (90, 100, False),
    "基本全部": (90, 100, False), "大部分": (50, 100, True), "绝大多数": (50, 100, True),
    "超过半数": (50, 100, True), "半数以上": (50, None, False),
}  # fmt: skip
BEFORE = [
    ("没有一", "none"),
    ("将近", "near"), ("接近", "near"), ("近", "near"),
    ("约为", "about"), ("大约", "about"), ("约", "about"),
    ("超过了", "above"), ("超过", "above"), ("突破了", "above"), ("突破", "above"), ("超", "above"), ("逾", "above"),
    ("不少于", "from"), ("不低于", "from"), ("至少", "from"), ("上", "from"),
    ("不超过", "to"), ("不足", "below"), ("不到", "below"),
]  # fmt: skip
AFTER = [
    ("及以上", "from"), ("以上", "from"), ("以内", "to"), ("以下", "to"), ("左右", "about"), ("上下", "about")
]  # fmt: skip
SMALL = {"十": 10, "百": 100, "千": 1000}
MULTIPLIERS = {"万": 10_000, "亿": 100_000_000}
DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "半": 0}
MARK = re.compile(r"\{([^{}|]+)\|([^{}|]*)(?:\|([^{}|]*))?\}|<([ps]):([^<>]*)>")
NUMBER = re.compile(r"[0-9.,]+|[零〇一二两三四五六七八九十百千]+(?:点[零一二三四五六七八九]+)?")

NUMERAL = r"[0-9一二三四五六七八九十百千万亿余多]"
UNITS_WITH_NUMERALS = {"个百分点", "千米", "千瓦时", "千瓦", "千克"}

Claim = dict[str, object]


NARROW = {ord("０") + n: str(n) for n in range(10)} | {ord("，"): ",", ord("％"): "%", ord("．"): "."}


def main() -> None:
    """Renew both halves; print how many passages and claims each holds."""
    for half in ("dev", "heldout"):
        passages = list(read(HERE / f"{half}.marked.txt"))
        lines = "".join(json.dumps(passage, ensure_ascii=False) + "\n" for passage in passages)
        (HERE / f"{half}.jsonl").write_text(lines, encoding="utf-8", newline="\n")
        claims = sum(c["is_claim"] is True for p in passages for c in p["claims"])  # type: ignore[attr-defined]
        sys.stdout.write(f"{half}: {len(passages)} passages, {claims} claims\n")


def read(path: Path) -> Iterator[Claim]:
    """Every passage of a marked-up file: id, source, provenance, genre, province, text, claims."""
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8").strip()):
        lines = block.split("\n")
        ident, genre, province, scope = (part.strip() for part in lines[0].lstrip("# ").split("|"))
        body = "\n".join(line for line in lines[1:] if not line.startswith("# "))
        try:
            text, claims = annotate(body, ident, scope)
        except ValueError as error:
            raise ValueError(f"{ident}: {error}") from error
        yield {
            "id": ident,
            "source": "own text",
            "provenance": "own",
            "genre": genre,
            "province": province,
            "text": text,
            "claims": claims,
        }


def annotate(body: str, ident: str, scope: str) -> tuple[str, list[Claim]]:
    """The text without marks, and its claims with offsets in code points of that text."""
    text, period, at = "", "", 0
    claims: list[Claim] = []
    for mark in MARK.finditer(body):
        text += body[at : mark.start()]
        at = mark.end()
        words, subject, options, directive, value = mark.groups()
        if directive == "p":
            period = value
        elif directive == "s":
            scope = value
        else:
            claim = one(words, subject, (options or "").split(), scope, period)
            place = {"id": f"{ident}.{len(claims):02d}", "start": len(text), "end": len(text) + len(words)}
            claims.append(place | claim)
            text += words
    text += body[at:]
    if set("{}<>|") & set(text):
        raise ValueError(f"a mark is not closed: {text[:40]}")
    return text, claims


def one(words: str, subject: str, options: list[str], scope: str, period: str) -> Claim:
    """One annotation, without its place."""
    if subject.startswith(":"):
        return _row(words, kind=NON_CLAIMS[subject[1:]], is_claim=False)
    if not subject:
        raise ValueError(f"no subject: {words}")
    given = dict(o.split("=", 1) for o in options if "=" in o)
    flags = {o for o in options if "=" not in o}
    if flags - {"^", "_", "lx", "hx", "opt"}:
        raise ValueError(f"unknown option: {options}")
    row: Claim = {"subject": subject, "scope": given.get("s", scope), "period": given.get("p", period)}
    row["change"] = "up" if "^" in flags else "down" if "_" in flags else ""
    row["optional"] = "opt" in flags
    if "r" in given:
        row["rate"] = given["r"]
    if words in COVERAGE:
        low, high, excluded = COVERAGE[words]
        return _row(words, low, high, excluded, False, "%", "%", given.get("k", "coverage"), more=row)
    if "v" in given:
        values = [_plain(Decimal(v)) for v in given["v"].split(",")]
        return _row(words, values=values, kind="ratio", more=row)
    if "lo" in given or "hi" in given:
        low_, high_ = (Decimal(given[k]) if given.get(k) else None for k in ("lo", "hi"))
        unit = given.get("u", "")
        bounds = (_plain(low_), _plain(high_), "lx" in flags, "hx" in flags)
    else:
        low_, high_, low_open, high_open, unit = interval(words)
        bounds = (_plain(low_), _plain(high_), low_open, high_open)
        unit = given.get("u", unit)
    normal = SYNONYMS.get(unit, unit)
    return _row(words, *bounds, unit, normal, given.get("k") or kind_of(normal), more=row)


def interval(words: str) -> tuple[Decimal | None, Decimal | None, bool, bool, str]:
    """Low, high, low excluded, high excluded, unit, for plain wordings; raises ValueError for others."""
    words = words.translate(NARROW)
    how = ""
    rest = words
    for prefix, meaning in BEFORE:
        if rest.startswith(prefix):
            rest, how = rest[len(prefix) :], meaning
            break
    if how == "none":
        return Decimal(0), Decimal(0), False, False, rest
    for suffix, meaning in AFTER:
        if rest.endswith(suffix):
            rest, how = rest[: -len(suffix)], meaning
            break
    if rest.startswith("百分之"):
        rest = rest[3:] + "%"
    fraction = re.fullmatch(r"(.)分之(.)", rest)
    if fraction:
        value = Decimal(100 * DIGITS[fraction[2]]) / DIGITS[fraction[1]]
        return (*_bounds(value.quantize(Decimal("0.000001")), how), "%")
    span = re.fullmatch(r"([0-9.,]+)[-—–至~]+([0-9.,]+)(万?)(\D+)", rest)
    if span:
        scale = 10_000 if span[3] else 1
        low, high = (Decimal(span[i].replace(",", "")) * scale for i in (1, 2))
        return low, high, False, False, _unit(span[4])
    pair = re.fullmatch(r"([一二两三四五六七八])([二三四五六七八九])(十?)(百?千?万?)(\D+)", rest)
    if pair and DIGITS[pair[2]] == DIGITS[pair[1]] + 1:
        scale = 1
        for c in pair[3] + pair[4]:
            scale *= SMALL.get(c, 0) or MULTIPLIERS[c]
        return Decimal(DIGITS[pair[1]] * scale), Decimal(DIGITS[pair[2]] * scale), False, False, pair[5]
    found = NUMBER.match(rest)
    if not found:
        if rest[0] in MULTIPLIERS and (how or rest[1:2] in {"余", "多"}):  # 近万人, 上万元, 万余人
            rest = "1" + rest
        found = NUMBER.match(rest)
        if not found:
            raise ValueError(f"cannot read {words}")
    number, step = _number(found[0])
    rest = rest[found.end() :]
    fuzzy = ""
    while rest and (rest[0] in MULTIPLIERS or rest[0] in "多余几来成"):
        if rest[0] in "多余几来":
            fuzzy = rest[0]
        elif rest[0] == "成":
            number, step = number * 10, step * 10
            return (*(_bounds(number, how) if how else (number, number, False, False)), "%")
        else:
            number, step = number * MULTIPLIERS[rest[0]], step * MULTIPLIERS[rest[0]]
        rest = rest[1:]
    if rest.endswith("半"):
        number, rest = number + Decimal("0.5"), rest[:-1]
    unit = _unit(rest)
    if fuzzy == "来":
        how = "about"
    if fuzzy in {"多", "余", "几"} and fuzzy:
        if how:
            raise ValueError(f"two approximations: {words}")
        return number, number + step, True, True, unit
    return (*_bounds(number, how), unit)


def kind_of(unit: str) -> str:
    """The kind of claim a normal unit speaks of."""
    if unit in {"元", "美元"}:
        return "money"
    if unit in {"%", "‰"}:
        return "percent"
    if unit == "个百分点":
        return "percent_point"
    if unit == "倍":
        return "ratio"
    if unit in MASS:
        return "mass"
    if unit in MEASURE:
        return "measure"
    return "duration" if unit in DURATION else "count"


def _bounds(value: Decimal, how: str) -> tuple[Decimal | None, Decimal | None, bool, bool]:
    nine, eleven = Decimal("0.9"), Decimal("1.1")
    return {
        "": (value, value, False, False),
        "near": (value * nine, value, False, False),
        "about": (value * nine, value * eleven, False, False),
        "above": (value, None, True, False),
        "from": (value, None, False, False),
        "to": (None, value, False, False),
        "below": (None, value, False, True),
    }[how]


def _number(words: str) -> tuple[Decimal, Decimal]:
    """Value and place value of the last written digit that is not zero."""
    if words[0] in "0123456789":
        value = Decimal(words.replace(",", "").rstrip("."))
    else:
        whole, _, point = words.partition("点")
        total, digit = 0, 0
        for i, c in enumerate(whole):
            if c in SMALL:
                total += (digit or (1 if i == 0 or whole[i - 1] not in DIGITS else 0)) * SMALL[c]
                digit = 0
            else:
                digit = DIGITS[c]
        value = Decimal(total + digit) + (
            Decimal("0." + "".join(str(DIGITS[c]) for c in point)) if point else 0
        )
    exponent = value.normalize().as_tuple().exponent
    return value, Decimal(1).scaleb(int(exponent)) if value else Decimal(1)


def _unit(words: str) -> str:
    if words.removeprefix("平方") not in UNITS_WITH_NUMERALS and re.search(NUMERAL, words):
        raise ValueError(f"unit of {words}")
    return words


def _plain(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _row(
    words: str,
    low: int | float | None = None,
    high: int | float | None = None,
    low_open: bool = False,
    high_open: bool = False,
    unit: str = "",
    norm_unit: str = "",
    kind: str = "",
    *,
    is_claim: bool = True,
    values: list[int | float | None] | None = None,
    more: Claim | None = None,
) -> Claim:
    qualifier = re.findall(
        r"没有一|将近|接近|近|约为|约|超过|突破|超|逾|不少于|不低于|至少|不超过|不足|不到|以上|以内|以下|左右|上下|多|余|几|来",
        words,
    )
    row: Claim = {
        "text": words,
        "value_low": low,
        "value_high": high,
        "low_open": low_open,
        "high_open": high_open,
        "unit": unit,
        "norm_unit": norm_unit,
        "kind": kind,
        "subject": "",
        "scope": "",
        "period": "",
        "change": "",
        "qualifier": qualifier if is_claim and kind != "coverage" else [],
        "is_claim": is_claim,
        "optional": False,
    }
    if values is not None:
        row["values"] = values
    return row | (more or {})


if __name__ == "__main__":
    main()
