"""How fast figures are found: a bare scan for digits, a segmenter with a number converter, and the extractor.

    python -m bench.extraction [FILE] [--size CHARACTERS] [--rounds N]

The three run interleaved in one process on the same text; the first round is dropped. Ratios are to the extractor.
Without FILE the text is our own labelled passages, repeated. Goal: the extractor at 0.5 M characters a second.
"""

from __future__ import annotations

import argparse
import logging
import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import cn2an
import jieba.posseg

from bench.accuracy import CORPUS, load
from youju.cli.extract import catalogs
from youju.core.claim.extract import extract
from youju.specs.lexicon import load_lexicon

GOAL = 500_000
_DIGITS = re.compile(r"\d+(?:\.\d+)?[万亿]?[^\W\d]")


def main() -> None:
    """Print characters a second, the median of the rounds, and ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--size", type=int, default=200_000, help="characters for the scan and the extractor")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    text = args.file.read_text(encoding="utf-8-sig") if args.file else own_text()
    text = (text + "\n") * (args.size // (len(text) + 1) + 1)
    lexicon = load_lexicon(catalogs())
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    short = text[: args.size // 10]  # the segmenter is slow enough to be measured on a tenth
    methods: dict[str, tuple[str, Callable[[str], object]]] = {
        "bare scan": (text, _DIGITS.findall),
        "extractor": (text, lambda each: extract(each, lexicon)),
        "jieba + cn2an": (short, segmented),
    }
    rates: dict[str, list[float]] = {name: [] for name in methods}
    for _ in range(args.rounds + 1):
        for name, (sample, work) in methods.items():
            start = time.perf_counter()
            work(sample)
            rates[name].append(len(sample) / (time.perf_counter() - start))
    ours = statistics.median(rates["extractor"][1:])
    print(f"{len(text)} characters, {len(extract(text, lexicon))} numerals and coverage words, {args.rounds} rounds")
    print(f"{'':<15}{'M chars/s':>10}{'min':>9}{'max':>9}{'ratio':>9}")
    for name, measured in rates.items():
        kept = measured[1:]
        rate = statistics.median(kept)
        print(f"{name:<15}{rate / 1e6:>10.3f}{min(kept) / 1e6:>9.3f}{max(kept) / 1e6:>9.3f}{rate / ours:>9.2f}")
    print("goal 0.5 M chars/s:", "met" if ours >= GOAL else "MISSED")


def own_text() -> str:
    """The labelled passages as one text."""
    passages = [passage.text for passage in load("dev")]
    if not passages:
        raise SystemExit(f"no passages in {CORPUS}; give a FILE")
    return "\n".join(passages)


def segmented(text: str) -> list[tuple[float, str]]:
    """Numbers and the word after each, the way general tools are put together."""
    found: list[tuple[float, str]] = []
    number: float | None = None
    for word, flag in jieba.posseg.cut(text):
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
