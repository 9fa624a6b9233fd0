"""Reading and checking drafts: figures found a second, and the time of an audit without a ledger. Processor time."""

from __future__ import annotations

import statistics
from datetime import date
from functools import partial

from bench import audit, extraction
from bench.scale.goals import Goals
from bench.scale.ledger import ROOT
from youju.core.audit import Context
from youju.core.audit import audit as audited
from youju.core.claim.extract import extract
from youju.specs.lexicon import load_lexicon
from youju.specs.terms import read_audit_words

MOST_MS = 30


def measure(goals: Goals) -> None:
    """The goals of reading and of auditing."""
    lexicon = load_lexicon([ROOT / "catalog"])
    for name, text in extraction.texts(None):
        sample = (text + "\n") * (100_000 // (len(text) + 1) + 1)
        seconds = statistics.median(audit.measure(partial(extract, sample, lexicon), 5)) / 1000
        rate = len(sample) / seconds
        title = f"figures found, {name}"
        if name == "the given report":
            goals.add(title, f"{rate / 1e6:.2f} M characters/s", ">= 0.5", met=rate >= extraction.GOAL)
        else:
            print(
                f"{title}: {rate / 1e6:.2f} M characters/s (no goal: every tenth character begins a figure)"
            )
    text = audit.built_in(audit.LENGTH)
    words, _ = read_audit_words([ROOT / "catalog"], date(2024, 4, 26))
    context = Context(words=words, today=date(2024, 4, 26))
    claims = extract(text, lexicon)
    reading = audit.measure(partial(extract, text, lexicon), audit.RUNS)
    checking = audit.measure(partial(audited, text, claims, context), audit.RUNS)
    whole = audit.total(reading, checking)
    goals.add(
        f"audit of {audit.LENGTH} characters", f"{whole:.1f} ms", f"<= {MOST_MS} ms", met=whole <= MOST_MS
    )
