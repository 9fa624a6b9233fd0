"""Invariant 6: docs/errors.md and the code name the same refusals and problems."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"[a-z][a-z0-9_]*(?:[.-][a-z0-9_]+)+")
NOT_CODES = re.compile(r"\.xml$|\.(?:yaml|md|py|json|docx|xlsx|utils|models)$|^youju\.|^store\.")
SAYING = {"Problem", "problem", "add", "warn", "with_problem", "_problem"}


def codes_in(tree: ast.AST) -> Iterator[str]:
    """Codes of refusals (`code = "…"`), and of problems: the text before a Chinese sentence in a call or a pair."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                if isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") == "code":
                    yield from _texts([line.value])
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in SAYING:
                yield from _texts(node.args)
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2:
            yield from _texts(node.elts[:1])


def _texts(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and CODE.fullmatch(text) and "." in text and not NOT_CODES.search(text):
            yield text


def test_every_code_has_its_line_and_every_line_its_code() -> None:
    said: set[str] = set()
    for path in sorted((ROOT / "youju").rglob("*.py")):
        if "audit" not in path.parts:  # findings of the audit have a page of their own
            said.update(codes_in(ast.parse(path.read_text(encoding="utf-8"))))
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `?([a-z][a-z0-9_]*(?:[.-][a-z0-9_]+)+)`? \|", page, re.MULTILINE))
    assert sorted(said - listed) == []
    findings = {code for code in listed if code.startswith("audit.")}
    assert sorted(listed - said - findings) == []
