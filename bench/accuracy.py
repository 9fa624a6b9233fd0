"""How well figures are understood: our own labelled passages, and the given report when it lies beside the checkout.

    python -m bench.accuracy [dev] [heldout] [given] [--errors N] [--json]

Levels are those of docs/algorithms/claims.md. A pair is matched by overlap, one to one. `held out` passages are
scored and never looked at: their errors are not printed.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from youju.cli.extract import catalogs, row
from youju.core.claim.extract import extract
from youju.specs.lexicon import load_lexicon

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "tests" / "core" / "claim" / "corpus"
GIVEN = ROOT.parent / "shared"
LEVELS = (
    "span", "exact", "value", "interval", "unit", "subject", "change", "scope", "period", "v+u", "strict", "all"
)  # fmt: skip
Label = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Passage:
    """A text with its labelled claims and non-claims."""

    id: str
    text: str
    labels: Sequence[Label]


@dataclass
class Score:
    """Hits per level, and per kind; what went wrong as lines a person can read."""

    gold: int = 0
    predicted: int = 0
    hits: Counter[str] = field(default_factory=Counter)
    by_kind: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    errors: list[str] = field(default_factory=list)
    wrong_how: Counter[str] = field(default_factory=Counter)

    def f1(self, level: str) -> float:
        """Of precision and recall at a level."""
        total = self.gold + self.predicted
        return 2 * self.hits[level] / total if total else 0.0

    def share(self, level: str) -> float:
        """Of the labelled claims, how many are right at a level."""
        return self.hits[level] / self.gold if self.gold else 0.0


def main() -> None:
    """Print one table per set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", nargs="*", default=["dev", "heldout", "given"])
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    report = {}
    for name in args.sets:
        passages = list(load(name))
        if not passages:
            print(f"{name}: not here")
            continue
        score = judge_all(passages)
        report[name] = {level: round(score.f1(level), 4) for level in LEVELS}
        if not args.json:
            show(name, passages, score)
            if name != "heldout":
                print(*score.errors[: args.errors], sep="\n")
    for name in ("dev", "heldout"):
        if name in args.sets and not args.json:
            agreement(name)
    if args.json:
        print(json.dumps(report, ensure_ascii=False))


def load(name: str) -> Iterator[Passage]:
    """The passages of a set; none when its files are not here."""
    if name == "given":
        yield from _given()
    elif (path := CORPUS / f"{name}.jsonl").exists():
        yield from _passages(path)


def _passages(path: Path) -> Iterator[Passage]:
    for line in path.read_text(encoding="utf-8").splitlines():
        found = json.loads(line)
        yield Passage(found["id"], found["text"], found["claims"])


def _given() -> Iterator[Passage]:
    if not (GIVEN / "eval").is_dir():
        return
    labels = [json.loads(line) for line in (GIVEN / "eval" / "report_gold.jsonl").open(encoding="utf-8")]
    text = (GIVEN / "seed" / "report.txt").read_bytes().decode("utf-8-sig")
    yield Passage("report", text, labels)
    yield from _passages(GIVEN / "eval" / "sentences_gold.jsonl")


def judge_all(passages: Sequence[Passage]) -> Score:
    """Score the extractor on these passages."""
    lexicon = load_lexicon(catalogs())
    score = Score()
    for passage in passages:
        found = [row(passage.id, claim) for claim in extract(passage.text, lexicon) if claim.is_claim]
        compare(passage, found, score)
    return score


def _matched(live: Sequence[Label], found: Sequence[Label]) -> dict[int, int]:
    """Which prediction belongs to which label: the longest overlaps first, each used once."""
    pairs = sorted(
        (
            (_overlap(a, b), i, j)
            for i, a in enumerate(live)
            for j, b in enumerate(found)
            if _overlap(a, b) > 0
        ),
        reverse=True,
    )
    match_of: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in pairs:
        if i not in match_of and j not in taken:
            match_of[i] = j
            taken.add(j)
    return match_of


def compare(passage: Passage, found: Sequence[Label], score: Score) -> None:
    """Match labels with predictions and add up the levels."""
    live = [label for label in passage.labels if label["is_claim"] and not label.get("optional")]
    others = [label for label in passage.labels if label["is_claim"] and label.get("optional")]
    match_of = _matched(live, found)
    taken = set(match_of.values())
    score.gold += len(live)
    for i, label in enumerate(live):
        kind = score.by_kind[str(label["kind"])]
        kind["n"] += 1
        if i not in match_of:
            score.errors.append(f"{passage.id} missed {_around(passage, label)}")
            continue
        right = judge(label, found[match_of[i]])
        for level in ("subject", "scope", "period"):
            if not right[level]:
                prediction = found[match_of[i]]
                how = "extra" if not label.get(level) else "another" if prediction.get(level) else "missing"
                score.wrong_how[f"{level} {how}"] += 1
        for level in LEVELS:
            score.hits[level] += right[level]
            kind[level] += right[level]
        wrong = [level for level in ("strict", "subject", "change", "scope", "period") if not right[level]]
        if wrong:
            score.errors.append(_explained(passage, label, found[match_of[i]], wrong))
    for j, prediction in enumerate(found):
        if j not in taken and any(_overlap(prediction, other) > 0 for other in others):
            continue
        score.predicted += 1
        if j not in taken:
            score.errors.append(
                f"{passage.id} not a claim {_around(passage, prediction)} {prediction['rule']}"
            )


def judge(label: Label, found: Label) -> dict[str, bool]:
    """Right or wrong at every level."""
    exact = (label["start"], label["end"]) == (found["start"], found["end"])
    interval = _same_interval(label, found)
    unit = _unit(label) == _unit(found)
    value = _value_inside(label, found)
    subject = _same_phrase(str(label.get("subject") or ""), str(found.get("subject") or ""))
    change = (label.get("change") or "") == (found.get("change") or "")
    return {
        "span": True,
        "exact": exact,
        "value": value,
        "interval": interval,
        "unit": unit,
        "subject": subject,
        "change": change,
        "scope": _same_said(label, found, "scope"),
        "period": _same_said(label, found, "period"),
        "v+u": value and unit,
        "strict": exact and interval and unit,
        "all": interval and unit and subject and change,
    }


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share."""
    if not n:
        return 0.0, 1.0
    z, p = 1.96, hits / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return middle - half, middle + half


def show(name: str, passages: Sequence[Passage], score: Score) -> None:
    """The table of one set."""
    characters = sum(len(passage.text) for passage in passages)
    print(
        f"\n{name}: {len(passages)} passages, {characters} characters, {score.gold} claims, {score.predicted} predicted"
    )
    print(f"{'level':<10}{'F1':>8}{'right':>8}   95 % of right")
    for level in LEVELS:
        low, high = wilson(score.hits[level], score.gold)
        print(f"{level:<10}{score.f1(level):>8.3f}{score.share(level):>8.3f}   {low:.3f}–{high:.3f}")
    print("wrong:", ", ".join(f"{how} {n}" for how, n in sorted(score.wrong_how.items())))
    print(f"{'kind':<16}{'n':>6}{'v+u':>8}{'strict':>8}{'subject':>9}   95 % of v+u")
    for kind, counts in sorted(score.by_kind.items(), key=lambda item: -item[1]["n"]):
        n = counts["n"]
        low, high = wilson(counts["v+u"], n)
        shares = [counts[level] / n for level in ("v+u", "strict", "subject")]
        print(f"{kind:<16}{n:>6}{shares[0]:>8.3f}{shares[1]:>8.3f}{shares[2]:>9.3f}   {low:.3f}–{high:.3f}")


def agreement(name: str) -> None:
    """How far a second, blind labelling of the same passages agrees with the first.

    found          F1 of the claims whose spans overlap, matched one to one; optional ones of either side do not count
    other levels   share of the matched pairs that are alike; kind as Cohen's kappa
    """
    second = CORPUS / f"{name}.second.jsonl"
    if not second.exists():
        return
    firsts = {passage.id: passage for passage in load(name)}
    score = Score()
    kinds: list[tuple[str, str]] = []
    for passage in _passages(second):
        first = firsts[passage.id]
        claims = [{"rule": "", **label} for label in passage.labels if not label.get("optional")]
        compare(first, claims, score)
        live = [label for label in first.labels if label["is_claim"] and not label.get("optional")]
        kinds += [(str(live[i]["kind"]), str(claims[j]["kind"])) for i, j in _matched(live, claims).items()]
    print(
        f"\n{name}: agreement of the two labellings, {len(firsts)} passages, {score.gold} and {score.predicted} claims"
    )
    print(
        f"found F1 {score.f1('span'):.3f}, kind kappa {kappa(kinds):.3f}; of {len(kinds)} matched pairs alike:"
    )
    for level in (
        "exact",
        "interval",
        "unit",
        "subject",
        "change",
        "scope",
        "period",
        "v+u",
        "strict",
        "all",
    ):
        low, high = wilson(score.hits[level], len(kinds))
        print(f"{level:<10}{score.hits[level] / len(kinds):>8.3f}   {low:.3f}–{high:.3f}")


def kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Cohen's kappa of two labellings of the same things."""
    n = len(pairs)
    alike = sum(a == b for a, b in pairs) / n
    left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(left[kind] * right[kind] for kind in left) / n**2
    return (alike - chance) / (1 - chance) if chance < 1 else 1.0


def _overlap(a: Label, b: Label) -> float:
    start, end = max(_int(a, "start"), _int(b, "start")), min(_int(a, "end"), _int(b, "end"))
    whole = max(_int(a, "end"), _int(b, "end")) - min(_int(a, "start"), _int(b, "start"))
    return max(0, end - start) / whole


def _int(label: Label, name: str) -> int:
    value = label[name]
    assert isinstance(value, int)
    return value


def _number(label: Label, name: str) -> float | None:
    value = label.get(name)
    return float(value) if isinstance(value, int | float) else None


def _near(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= 1e-6 * max(1.0, abs(a), abs(b))


def _same_interval(label: Label, found: Label) -> bool:
    if label.get("values"):
        return _same_values(label, found)
    return all(_near(_number(label, name), _number(found, name)) for name in ("value_low", "value_high"))


def _same_values(label: Label, found: Label) -> bool:
    a, b = label.get("values"), found.get("values")
    return isinstance(a, list) and isinstance(b, list) and len(a) == len(b) and all(map(_near, a, b))


def _value_inside(label: Label, found: Label) -> bool:
    if label.get("values"):
        return _same_values(label, found)
    bounds = [each for name in ("value_low", "value_high") if (each := _number(found, name)) is not None]
    low, high = _number(label, "value_low"), _number(label, "value_high")
    slack = 1e-6 * max([1.0, *map(abs, bounds)])
    inside = (
        (low is None or low - slack <= each) and (high is None or each <= high + slack) for each in bounds
    )
    return bool(bounds) and all(inside)


_SAME_UNIT = {
    "名": "人", "位": "人", "个人": "人", "千米": "公里", "km": "公里", "平方千米": "平方公里", "㎡": "平方米",
    "平米": "平方米", "平方": "平方米", "m": "米", "％": "%", "立方": "立方米", "方": "立方米", "千克": "公斤",
    "度": "℃", "摄氏度": "℃", "百分点": "个百分点",
}  # fmt: skip


def _unit(label: Label) -> str:
    unit = str(label.get("norm_unit") or label.get("unit") or "").strip()
    return _SAME_UNIT.get(unit, unit)


def _same_phrase(a: str, b: str) -> bool:
    """One contains the other, or their pairs of characters agree with F1 of a half."""
    if not a or not b:
        return False
    if a in b or b in a:
        return True
    x, y = _pairs(a), _pairs(b)
    return 2 * (x & y).total() / (x.total() + y.total()) >= 0.5


def _pairs(text: str) -> Counter[str]:
    return Counter(text[i : i + 2] for i in range(len(text) - 1)) or Counter(text)


def _same_said(label: Label, found: Label, name: str) -> bool:
    """Nothing said on both sides, or the same phrase."""
    a, b = str(label.get(name) or ""), str(found.get(name) or "")
    return a == b or _same_phrase(a, b)


def _around(passage: Passage, label: Label) -> str:
    start, end = _int(label, "start"), _int(label, "end")
    before, after = passage.text[max(0, start - 14) : start], passage.text[end : end + 10]
    return f"{before}【{passage.text[start:end]}】{after}".replace("\n", "/")


def _explained(passage: Passage, label: Label, found: Label, wrong: Sequence[str]) -> str:
    names = ["text", "value_low", "value_high", "norm_unit"] if "strict" in wrong else []
    names += [level for level in wrong if level != "strict"]
    told = "; ".join(f"{name}: {label.get(name)} / {found.get(name)}" for name in names)
    return f"{passage.id} {','.join(wrong)} {_around(passage, label)} {told}"


if __name__ == "__main__":
    main()
