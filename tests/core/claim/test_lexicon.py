"""Units and words of catalog files, shipped and local."""

from __future__ import annotations

from pathlib import Path

import pytest

from youju.core.claim.extract import extract
from youju.core.problem import Refused
from youju.specs.lexicon import load_lexicon, load_units

CATALOG = Path(__file__).resolve().parents[3] / "catalog"


def test_the_shipped_catalog_loads() -> None:
    lexicon = load_lexicon([CATALOG])

    assert str(lexicon.units["名"]) == "人"
    assert lexicon.units["万元"].family == "元"
    assert "两学一做" in lexicon.list("names.programme")
    assert lexicon.list("no-such-list") == ()


def test_a_local_folder_adds_a_unit_a_writing_of_one_and_a_name(tmp_path: Path) -> None:
    (tmp_path / "units.yaml").write_text(
        "units:\n  - {symbol: 窖, kind: count}\n  - {symbol: 亩, aliases: [老亩]}\n", encoding="utf-8"
    )
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "lexicon" / "names.yaml").write_text(
        "id: names\ntitle: 本地名称\nwords:\n  programme: [五窖联盟]\n", encoding="utf-8"
    )
    text = "全村有五窖联盟一个，新挖12窖，占地3老亩。"

    shipped = [claim.text for claim in extract(text, load_lexicon([CATALOG])) if claim.is_claim]
    local = [
        (claim.text, claim.value.norm_unit)
        for claim in extract(text, load_lexicon([CATALOG, tmp_path]))
        if claim.value
    ]

    assert "12窖" not in shipped
    assert local == [("一个", "个"), ("12窖", "窖"), ("3老亩", "亩")]


def test_problems_are_told_all_at_once_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "units.yaml"
    path.write_text(
        "units:\n"
        "  - {symbol: 件}\n"
        "  - {symbol: 桩, scale: 很多}\n"
        "  - {symbol: 宗, kind: 数}\n"
        "  - {symbol: 项, aliases: [件]}\n"
        "  - {symbol: 处, factor: 零}\n"
        "  - {名称: 处}\n"
        "  - 户\n",
        encoding="utf-8",
    )

    with pytest.raises(Refused) as caught:
        load_units([path])

    told = sorted((problem.where.line or 0, problem.code) for problem in caught.value.problems)
    assert told == [
        (3, "unit.scale"),
        (4, "unit.kind"),
        (5, "unit.taken"),
        (6, "unit.factor"),
        (7, "unit.field"),
        (7, "unit.symbol"),
        (8, "unit.file"),
    ]
    assert all(problem.where.file == "units.yaml" for problem in caught.value.problems)


def test_a_words_file_is_named_after_its_id_and_holds_words(tmp_path: Path) -> None:
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "lexicon" / "names.yaml").write_text("id: other\nextra: 1\n", encoding="utf-8")
    (tmp_path / "lexicon" / "verbs.yaml").write_text("id: [\n", encoding="utf-8")

    with pytest.raises(Refused) as caught:
        load_lexicon([tmp_path])

    assert [problem.code for problem in caught.value.problems] == [
        "lexicon.field",
        "lexicon.id",
        "lexicon.words",
        "catalog.unreadable",
    ]
