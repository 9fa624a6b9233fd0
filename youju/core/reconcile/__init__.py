"""材料体检 against the ledger: the claims of a draft linked to measures, asked for all together, and judged."""

from youju.core.reconcile.candidate import Learned, World, skeleton
from youju.core.reconcile.model import (
    RULES,
    VERDICTS,
    Answered,
    Checked,
    Reading,
    Suggestion,
    Understood,
    Verdict,
)
from youju.core.reconcile.run import Plan, conclude, counts, understand
from youju.core.reconcile.when import Clock
from youju.core.reconcile.words import Vocabulary, vocabulary

__all__ = [
    "RULES", "VERDICTS", "Answered", "Checked", "Clock", "Learned", "Plan", "Reading", "Suggestion", "Understood", "Verdict",
    "Vocabulary", "World", "conclude", "counts", "skeleton", "understand", "vocabulary",
]  # fmt: skip
