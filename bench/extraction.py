"""How fast figures are found: a bare scan for digits, a segmenter with a number converter, and the extractor.

    python -m bench.extraction [FILE] [--size CHARACTERS] [--rounds N]

The three run interleaved in one thread on the same text, timed by its processor time so that what else runs does not
count; the first round is dropped. Ratios are to the extractor.
Without FILE two texts are taken: the given report when it lies beside the checkout, and our own labelled passages,
in which every tenth character begins a figure. Goal for a report: 0.5 M characters a second.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import re
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.accuracy import load
from youju.cli.extract import catalogs
from youju.core.claim.extract import extract
from youju.specs.lexicon import load_lexicon

GOAL = 500_000
_DIGITS = re.compile(r"\d+(?:\.\d+)?[万亿]?[^\W\d]")


def main() -> None:
    """Print characters a second, the median of the rounds, and ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--size", type=int, default=200_000, help="characters for the scan and the extractor")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    for name, text in texts(args.file):
        print(f"\n{name}")
        measure(text, args.size, args.rounds)


def measure(text: str, size: int, rounds: int) -> None:
    """Time the methods on one text and print the table."""
    text = (text + "\n") * (size // (len(text) + 1) + 1)
    lexicon = load_lexicon(catalogs())
    methods: dict[str, tuple[str, Callable[[str], object]]] = {
        "bare scan": (text, _DIGITS.findall),
        "extractor": (text, lambda each: extract(each, lexicon)),
    }
    if all(importlib.util.find_spec(name) for name in ("jieba", "cn2an")):
        segmented(text[:100])  # loads its dictionary
        methods["jieba + cn2an"] = text[: size // 10], segmented  # slow enough to be measured on a tenth
    else:
        print("jieba and cn2an are not installed: not compared")
    rates: dict[str, list[float]] = {name: [] for name in methods}
    for _ in range(rounds + 1):
        for name, (sample, work) in methods.items():
            start = time.process_time()
            work(sample)
            rates[name].append(len(sample) / (time.process_time() - start))
    ours = statistics.median(rates["extractor"][1:])
    print(
        f"{len(text)} characters, {len(extract(text, lexicon))} numerals and coverage words, {rounds} rounds"
    )
    print(f"{'':<15}{'M chars/s':>10}{'min':>9}{'max':>9}{'ratio':>9}")
    for name, measured in rates.items():
        kept = measured[1:]
        rate = statistics.median(kept)
        print(
            f"{name:<15}{rate / 1e6:>10.3f}{min(kept) / 1e6:>9.3f}{max(kept) / 1e6:>9.3f}{rate / ours:>9.2f}"
        )
    print("goal for a report 0.5 M chars/s:", "met" if ours >= GOAL else "not met on this text")


def texts(file: Path | None) -> Iterator[tuple[str, str]]:
    """Name and text of what is measured."""
    if file is not None:
        yield file.name, file.read_text(encoding="utf-8-sig")
        return
    for name, title in (("given", "the given report"), ("dev", "our own passages, dense")):
        passages = [passage.text for passage in load(name)]
        if passages:
            yield title, passages[0] if name == "given" else "\n".join(passages)


def segmented(text: str) -> list[tuple[float, str]]:
    """Numbers and the word after each, the way general tools are put together."""
    posseg, cn2an = importlib.import_module("jieba.posseg"), importlib.import_module("cn2an")
    found: list[tuple[float, str]] = []
    number: float | None = None
    for word, flag in posseg.cut(text):
        if number is not None:
            found.append((number, word))
            number = None
        if flag == "m":
            try:
                number = float(cn2an.cn2an(word, "smart"))
            except ValueError:
                number = None
    return found


if __name__ == "__main__":
    main()
