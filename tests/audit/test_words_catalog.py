"""The words, norms and parameters that the product ships, and what is wrong in a file of them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.core.audit.texts import CATALOG, words
from youju.core.audit import CHECKS
from youju.specs.terms import read_audit_words

DAY = date(2026, 11, 24)


def test_every_statement_names_its_source() -> None:
    found = words()
    sources = [
        *(term.source for term in found.terms),
        *(wording.source for wording in found.wordings),
        *(variants.source for variants in found.variants),
        *(effect.source for effect in found.effects),
        *(norm.source for norm in found.actors),
        *(norm.source for norm in found.bases),
        *(bound.source for norm in found.ratios for bound in norm.bounds),
    ]

    assert len(sources) > 80
    assert all(source.text for source in sources)


def test_no_word_of_a_term_is_in_two_terms_and_none_advises_itself() -> None:
    found = words()
    every = [word for term in found.terms for word in term.words]

    assert len(every) == len(set(every))
    assert not [term.use for term in found.terms if any(word in term.use for word in term.words)]


def test_no_advice_is_itself_a_wording_to_change() -> None:
    found = words()
    for wording in found.wordings:
        if wording.use and wording.kind != "ambiguous" and "\\" not in wording.use:
            assert not re.search(wording.pattern, wording.use), wording.id


def test_a_parameter_is_the_one_in_force_on_the_day(tmp_path: Path) -> None:
    folder = tmp_path / "parameters"
    folder.mkdir()
    (folder / "audit-stale-years.yaml").write_text(
        "id: audit-stale-years\nvalues:\n  - {from: 2024-01-01, value: 3, source: 甲}\n"
        "  - {from: 2025-01-01, value: 5, source: 乙}\n",
        encoding="utf-8",
    )

    assert read_audit_words([tmp_path], date(2024, 6, 1))[0].parameters == {"audit-stale-years": Decimal(3)}
    assert read_audit_words([tmp_path], DAY)[0].parameters == {"audit-stale-years": Decimal(5)}


@pytest.mark.parametrize(
    ("folder", "content", "said"),
    [
        ("terms", "id: other\nkind: terms\nterms: []\n", "“id”要与文件名一致"),
        ("terms", "id: x\nkind: nothing\n", "“kind”只能是"),
        ("terms", "id: x\nkind: terms\nterms:\n  - {words: [甲], use: 乙, source: 丙}\n", "缺少“until”"),
        (
            "terms",
            "id: x\nkind: terms\nterms:\n  - {words: 甲, until: 2020-01-01, use: 乙, source: 丙}\n",
            "“words”",
        ),
        ("terms", "id: x\nkind: terms\nterms:\n  - {words: [甲], until: 2020-01-01, use: 乙}\n", "“source”"),
        (
            "terms",
            "id: x\nkind: wordings\nsource: 丙\nwordings:\n  - {id: a, kind: misspelt, pattern: '(', reason: 丁}\n",
            "正则表达式",
        ),
        (
            "terms",
            "id: x\nkind: wordings\nsource: 丙\nwordings:\n  - {id: a, kind: misspelt, pattern: 甲, use: '\\1', reason: 丁}\n",
            "没有的括号",
        ),
        ("terms", "id: x\nid: x\nkind: terms\n", "写了两次"),
        ("terms", "id: x\n  kind: [\n", "读不懂"),
        ("terms", "- 甲\n", "读不懂"),
        (
            "norms",
            "id: x\nkind: ratio\ntitle: 甲\npart: [书]\npart_unit: 册\nper: [屋]\nper_unit: [个]\n",
            "“values”",
        ),
        ("terms", "id: x\nkind: synonyms\nsynonyms: [[甲]]\n", "至少两个词"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_place(
    tmp_path: Path, folder: str, content: str, said: str
) -> None:
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "x.yaml").write_text(content, encoding="utf-8")

    found, problems = read_audit_words([tmp_path], DAY)

    assert found.terms == ()
    assert [said in problem.text and problem.where.file == "x.yaml" for problem in problems] == [True]


def test_a_statement_with_a_problem_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "terms").mkdir()
    (tmp_path / "terms" / "x.yaml").write_text(
        "id: x\nkind: terms\nsource: 丙\nterms:\n  - {words: [甲], use: 乙}\n"
        "  - {words: [丁], until: 2020-01-01, use: 戊}\n",
        encoding="utf-8",
    )

    found, (problem,) = read_audit_words([tmp_path], DAY)

    assert [term.words for term in found.terms] == [("丁",)]
    assert problem.where.line == 5


def test_every_check_has_its_line_in_the_list_of_codes() -> None:
    listed = (CATALOG.parent / "docs" / "errors.md").read_text(encoding="utf-8")

    assert not [check.code for check in CHECKS if f"`{check.code}`" not in listed]
