"""The register of docs/how-to/add-a-register.md is what the page says it is: a file to put into a folder, and it counts."""

from __future__ import annotations

import re
from pathlib import Path

from tests.specs.files import SHIPPED, Folder
from youju.specs.catalog import load_catalog

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "add-a-register.md"


def test_the_register_of_the_page_has_nothing_wrong_and_its_examples_hold(tmp_path: Path) -> None:
    text = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]
    local = Folder(tmp_path / "local")
    local.write("registers/tree-planting.yaml", text)

    loaded = load_catalog(SHIPPED, local.path)
    assert loaded.problems == ()
    assert loaded.catalog.registers["tree-planting"].examples

    local.change("registers/tree-planting.yaml", "greening.trees 200 株", "greening.trees 20 株")
    assert [problem.code for problem in load_catalog(SHIPPED, local.path).problems] == ["example.differs"]
