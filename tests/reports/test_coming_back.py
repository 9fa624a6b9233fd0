"""A report of ours that comes back as a draft: recognised by its marks, and every figure edited in it named."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest

from tests.ledgers import LedgerDatabase
from tests.reports.small import begun, signed, with_leaflets
from tests.town import START, Town, build_town
from youju.actions import audits, clock, exporting, finals


@pytest.fixture
def town(ledger_db: LedgerDatabase) -> Iterator[Town]:
    with clock.at(START):
        made = build_town()
        with_leaflets(made)
        yield made


def edited(data: bytes, old: str, new: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(kept, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            target.writestr(
                name, part.replace(old.encode(), new.encode()) if name == "word/document.xml" else part
            )
    return kept.getvalue()


def test_an_untouched_report_is_recognised_and_an_edited_figure_is_named(town: Town) -> None:
    final = signed(town, begun(town))
    data = exporting.export(finals.recomposed(final), "docx")

    as_it_was = audits.bring("小结.docx", [data], by=town.who["clerk"]).draft.found
    changed = audits.bring("小结改.docx", [edited(data, "350份", "390份")], by=town.who["clerk"]).draft.found

    assert as_it_was is not None
    assert changed is not None
    assert "都没有改动" in as_it_was["ours"][0]
    assert as_it_was["copies"] == []
    assert any("350份" in line and "390份" in line for line in changed["ours"])


def test_a_paragraph_of_a_signed_report_is_found_in_another_draft(town: Town) -> None:
    final = signed(town, begun(town))
    words = next(line for line in final.body.splitlines() if "发放宣传资料" in line)
    draft = audits.paste(f"甲镇另一份汇报\n\n{words.replace('1500', '1600')}\n", by=town.who["clerk"]).draft

    assert draft.found is not None
    (copy,) = draft.found["copies"]
    assert copy["title"] == final.title
    assert copy["score"] == 100
