"""材料体检: a draft is its uploader's alone, erased after thirty days, and the log says only that it was checked."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from docx import Document as WordDocument

from tests.ledgers import LedgerDatabase
from tests.town import START, Town, build_town
from youju.actions import auditing, audits, clock, jobs, learning, queue
from youju.actions.audits import DraftHasPersonalNumbers, NoReason, UnknownDraft, UnknownFinding
from youju.actions.learning import AlreadyDecided, SelfDecided
from youju.actions.queue import Worker
from youju.core.grant import NotAllowed
from youju.core.recipe import BadRecipe
from youju.core.secrecy import Classified
from youju.office.sniff import ClassifiedFile
from youju.store.models import AuditDraft, Event, Job

CANARY = "梧桐落叶七零三"
TEXT = f"甲镇2024年1月至4月工作汇报\n\n全镇发放宣传资料2000份，{CANARY}。\n\n甲镇人民政府\n2024年5月1日\n"


@pytest.fixture
def town(ledger_db: LedgerDatabase) -> Iterator[Town]:
    """2024-03-05  东村  leaflets.handed_out  200 份"""
    with clock.at(START):
        made = build_town()
        made.reviewed("leaflets", "东村", day="2024-03-05", count="200")
        yield made


def found(draft: AuditDraft) -> dict[str, Any]:
    assert draft.found is not None
    return dict(draft.found)


def verdicts(draft: AuditDraft) -> list[tuple[str, str]]:
    return [(row["text"], row["mark"]) for row in found(draft)["claims"]]


def docx(*paragraphs: str) -> bytes:
    document = WordDocument()
    for words in paragraphs:
        document.add_paragraph(words)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def test_a_pasted_draft_is_checked_for_the_unit_and_day_it_names(town: Town) -> None:
    draft = audits.paste(TEXT, by=town.who["clerk"]).draft

    assert (draft.unit_id, draft.as_of, draft.guessed) == (town.unit["甲镇"], date(2024, 5, 1), "signature")
    assert verdicts(draft) == [("2000份", "differs")]
    assert found(draft)["claims"][0]["suggestions"][0]["text"] == "200份"


def test_unit_and_day_can_be_changed(town: Town) -> None:
    draft = audits.paste(TEXT.replace("2000份", "200份"), by=town.who["clerk"]).draft
    assert verdicts(draft) == [("200份", "agrees")]

    changed = audits.change(
        draft.uid, by=town.who["clerk"], unit=town.unit["乙镇"], as_of=date(2024, 5, 1), period=None
    )
    assert verdicts(changed) != [("200份", "agrees")]


def test_nobody_else_finds_a_draft_and_the_log_says_only_that_a_check_was_made(town: Town) -> None:
    draft = audits.paste(TEXT, by=town.who["clerk"]).draft

    for other in ("reviewer", "leader", "inspector", "east", "sys"):
        with pytest.raises(UnknownDraft):
            audits.find(draft.uid, town.who[other])
    (event,) = Event.unscoped.filter(kind="draft.checked")
    assert json.loads(event.body) == {"v": 2, "rows": {}, "closed": {}, "said": {}}
    assert not Event.unscoped.filter(body__contains=CANARY).exists()


def test_after_thirty_days_a_draft_is_gone_with_its_file(town: Town) -> None:
    draft = audits.bring("总结.docx", [docx(*TEXT.splitlines())], by=town.who["clerk"]).draft
    audits.accept(draft.uid, found(draft)["claims"][0]["key"], "以上级通报为准", by=town.who["clerk"])
    assert auditing.place_of(draft.uid).exists()

    with clock.at(START + timedelta(days=29)):
        assert audits.sweep() == 0
    with clock.at(START + timedelta(days=30, hours=1)):
        with pytest.raises(UnknownDraft):
            audits.find(draft.uid, town.who["clerk"])
        assert audits.sweep() == 1
    assert not AuditDraft.unscoped.exists()


def test_a_marked_draft_is_refused_and_nothing_of_it_is_kept(town: Town) -> None:
    with pytest.raises(Classified, match="秘密"):
        audits.paste(f"秘密★1年\n{TEXT}", by=town.who["clerk"])
    with pytest.raises(ClassifiedFile):
        audits.bring("总结.docx", [docx("机密★5年", CANARY)], by=town.who["clerk"])

    assert not AuditDraft.unscoped.exists()
    folder = auditing.place_of(town.who["clerk"].uid).parent
    assert not folder.exists() or not list(folder.iterdir())


def test_a_draft_with_an_identity_number_is_refused(town: Town) -> None:
    with pytest.raises(DraftHasPersonalNumbers, match="身份证号"):
        audits.paste(f"{TEXT}联系人证号11010519491231002X。", by=town.who["clerk"])
    assert not AuditDraft.unscoped.exists()


def test_who_may_not_see_a_unit_cannot_have_a_draft_checked_for_it(town: Town) -> None:
    with pytest.raises(NotAllowed):
        audits.paste(TEXT, by=town.who["stranger"], unit=town.unit["甲镇"])


def test_the_same_draft_again_is_its_next_version_and_accepted_findings_stay_known(town: Town) -> None:
    long = TEXT + "镇里把村庄日常管护交给村民小组，谁家门前谁负责，隔天有人看一遍。\n" * 3
    first = audits.paste(long, by=town.who["clerk"]).draft
    key = found(first)["claims"][0]["key"]
    audits.accept(first.uid, key, "以上级通报为准", by=town.who["clerk"])
    second = audits.paste(long.replace("2000份", "200份"), by=town.who["clerk"]).draft
    other = audits.paste(
        "东村发放宣传资料200份，村里各组都到了，一户一份，没有漏下的。", by=town.who["clerk"]
    ).draft

    assert (second.series, second.number) == (first.series, 2)
    assert other.series != first.series
    with pytest.raises(NoReason):
        audits.accept(second.uid, found(second)["claims"][0]["key"], " ", by=town.who["clerk"])
    with pytest.raises(UnknownFinding):
        audits.accept(second.uid, "0" * 64, "以上级通报为准", by=town.who["clerk"])


def test_a_paragraph_of_another_draft_is_shown_beside_it(town: Town) -> None:
    words = "全年组织干部走访农户，发放宣传资料{}份，把村规民约讲到门口、讲到地头，群众反映好。"
    audits.paste(f"东村总结\n\n{words.format(150)}\n", by=town.who["clerk"])
    draft = audits.paste(
        f"南村总结，另起一篇，写法全不相同，只有一段照抄。\n\n{words.format(90)}\n", by=town.who["clerk"]
    ).draft

    (copy,) = found(draft)["copies"]
    assert copy["differs"] == ["数字"]
    assert "150份" in copy["other"]


def test_a_town_without_registers_gets_the_list_of_what_to_record(town: Town) -> None:
    """Only the tests' small registers are in force; the report speaks of what shipped ones would know."""
    draft = audits.paste(TEXT + "召开专题学习会4次。购置环卫车辆6辆。\n", by=town.who["clerk"]).draft

    wanted = {row["register"]: row for row in found(draft)["lacking"]}
    assert {"study-meetings", "sanitation-purchases"} <= set(wanted)
    assert wanted["study-meetings"]["measures"] == ["召开学习会议"]
    assert any("4次" in said for said in wanted["study-meetings"]["said"])


def test_corrected_words_hold_for_their_author_at_once_and_for_others_when_somebody_else_agrees(
    town: Town,
) -> None:
    text = "甲镇汇报\n\n全镇送出惠民折页200份。\n\n甲镇人民政府\n2024年5月1日\n"
    draft = audits.paste(text, by=town.who["clerk"]).draft
    assert verdicts(draft)[0][1] in ("unrecorded", "unclear")
    start = text.index("200份")
    proposal = learning.propose(draft.uid, start, "发放宣传资料", {}, by=town.who["clerk"])

    assert verdicts(audits.find(draft.uid, town.who["clerk"])) == [("200份", "agrees")]
    other = audits.paste(text, by=town.who["leader"]).draft
    assert verdicts(other)[0][1] != "agrees"
    with pytest.raises(NotAllowed):
        learning.decide(proposal.uid, by=town.who["recorder"], accepted=True)
    learning.decide(proposal.uid, by=town.who["reviewer"], accepted=True)
    assert verdicts(audits.again(other.uid, by=town.who["leader"])) == [("200份", "agrees")]
    with pytest.raises(AlreadyDecided):
        learning.decide(proposal.uid, by=town.who["reviewer"], accepted=False)


def test_who_proposes_does_not_decide_and_units_of_measure_must_fit(town: Town) -> None:
    text = "甲镇汇报\n\n全镇送出惠民折页200份。\n\n甲镇人民政府\n2024年5月1日\n"
    draft = audits.paste(text, by=town.who["leader"]).draft
    start = text.index("200份")
    with pytest.raises(BadRecipe, match="单位不同"):
        learning.propose(draft.uid, start, "召开学习会议", {}, by=town.who["leader"])
    proposal = learning.propose(draft.uid, start, "发放宣传资料", {}, by=town.who["leader"])
    with pytest.raises(SelfDecided):
        learning.decide(proposal.uid, by=town.who["leader"], accepted=True)


def test_a_long_draft_is_checked_by_a_job_that_tells_how_far_it_is(town: Town) -> None:
    line = "全镇发放宣传资料200份，召开专题学习会4次，购置环卫车辆6辆。\n"
    text = TEXT + line * (audits.LONG // len(line) + 1)
    brought = audits.paste(text, by=town.who["clerk"])
    assert brought.in_background
    assert brought.draft.found is None

    run = queue.take(Worker("w1"))
    assert run is not None
    assert queue.perform(run) == "done", Job.unscoped.get().reason

    draft = audits.find(brought.draft.uid, town.who["clerk"])
    assert len(found(draft)["claims"]) > 1000
    assert jobs.examine_draft is not None
