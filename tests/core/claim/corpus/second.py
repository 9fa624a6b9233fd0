"""The second labelling: claims as another annotator saw them, who had the plain texts and the contract only.

    python -m tests.core.claim.corpus.second     renews *.second.jsonl from *.second.txt

A passage opens with `# id`; `@s` and `@p` set scope and period of what follows; then claims in their order in the
text, divided by `; `: `words=subject`, with `^` up, `_` down, `?` optional behind the subject, and the options of
`marked.py` after a bar where the words do not say the bounds.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.core.claim.corpus import marked

HERE = Path(__file__).parent
FLAGS = {"^": "^", "_": "_", "?": "opt"}


def main() -> None:
    """Renew the files whose text is here; print how many claims each holds."""
    for half in ("dev", "heldout"):
        source = HERE / f"{half}.second.txt"
        if not source.exists():
            continue
        texts = {
            passage["id"]: passage["text"]
            for passage in map(json.loads, (HERE / f"{half}.jsonl").read_text(encoding="utf-8").splitlines())
        }
        passages = list(read(source, texts))
        lines = "".join(json.dumps(passage, ensure_ascii=False) + "\n" for passage in passages)
        (HERE / f"{half}.second.jsonl").write_text(lines, encoding="utf-8", newline="\n")
        sys.stdout.write(f"{half}: {len(passages)} passages, {lines.count('is_claim')} claims\n")


def read(source: Path, texts: dict[str, str]) -> list[dict[str, object]]:
    """The passages of a file, with offsets into `texts`. Raises ValueError where a text does not have the words."""
    passages: list[dict[str, object]] = []
    claims: list[dict[str, object]] = []
    scope = period = text = ident = ""
    at = 0
    for line in source.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            ident, scope, period, at, claims = line[2:].strip(), "", "", 0, []
            text = texts[ident]
            passages.append({"id": ident, "text": text, "claims": claims})
        elif line.startswith("@s"):
            scope = line[2:].strip()
        elif line.startswith("@p"):
            period = line[2:].strip()
        else:
            for item in filter(None, line.split("; ")):
                claim, at = one(item, text, at, scope, period, ident)
                claims.append({"id": f"{ident}.{len(claims):02d}", **claim})
    return passages


def one(item: str, text: str, at: int, scope: str, period: str, ident: str) -> tuple[dict[str, object], int]:
    """A claim and where the next one may begin."""
    head, _, options = item.partition("|")
    words, _, subject = head.partition("=")
    flags = options.split()
    while subject and subject[-1] in FLAGS:
        flags.append(FLAGS[subject[-1]])
        subject = subject[:-1]
    start = text.find(words, at)
    if start < 0:
        raise ValueError(f"{ident}: {words} is not in the text after {text[max(0, at - 10) : at]}")
    try:
        claim = marked.one(words, subject, flags, scope, period)
    except ValueError as error:
        raise ValueError(f"{ident}: {error}") from error
    return {"start": start, "end": start + len(words), **claim}, start + len(words)


if __name__ == "__main__":
    main()
