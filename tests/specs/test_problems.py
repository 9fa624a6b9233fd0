"""Catalog files: everything wrong is said at once, by file and line, with what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.specs.files import BRIEF, CAMPAIGNS, CAP, LEAFLETS, PERMITS, Folder, said
from youju.specs.catalog import load_catalog
from youju.specs.record import register_as_text, register_from_text

LEAFLET_FILE, PERMIT_FILE = "registers/leaflets.yaml", "registers/permits.yaml"
CAMPAIGN_FILE, CAP_FILE, BRIEF_FILE = (
    "lexicon/choices/campaigns.yaml",
    "parameters/cap.yaml",
    "reports/brief.md",
)


def test_a_right_folder_has_nothing_wrong(folder: Folder) -> None:
    loaded = folder.load()

    assert loaded.problems == ()
    assert set(loaded.catalog.registers) == {"leaflets", "permits"}
    assert set(loaded.reports) == {"brief"}
    assert loaded.parameters["cap"].values[1].value == "6"


def test_the_shipped_catalog_has_nothing_wrong() -> None:
    assert load_catalog(Path(__file__).resolve().parents[2] / "catalog", None).problems == ()


# One mistake in one file: what stands there, what is put in its place, the code, and a word of the advice.
MISTAKES = [
    (LEAFLET_FILE, "kind: log", "kind: logg", "catalog.not_allowed", "是不是“log”"),
    (LEAFLET_FILE, "kept_by: village", "kept_bye: village", "catalog.unknown_key", "是不是“kept_by”"),
    (LEAFLET_FILE, "purpose: 记发了多少宣传资料", "purpose:", "catalog.missing", "请补上，如 purpose"),
    (LEAFLET_FILE, "id: leaflets\n", "id: leaflet\n", "register.id", "id: leaflets"),
    (LEAFLET_FILE, "day: day\n", "day: count\n", "register.day", "日期字段有：day"),
    (LEAFLET_FILE, "{id: hamlet,", "{id: day,", "register.field_twice", "改名或删去"),
    (LEAFLET_FILE, "aliases: [数量]", "aliases: [日期]", "register.alias_twice", "导入时分不清"),
    (LEAFLET_FILE, "choices: campaigns,", "choices: campaign,", "register.choices", "最接近的是“campaigns”"),
    (LEAFLET_FILE, "unit: 份, required", "unit: 分数, required", "register.unknown_unit", "units.yaml"),
    (LEAFLET_FILE, "minimum: 1", "minimum: 一", "catalog.not_number", "现为“一”"),
    (LEAFLET_FILE, "unit_kinds: [hamlet]", "unit_kinds: [屯]", "register.unit_kind", "hamlet"),
    (LEAFLET_FILE, "retention_months: 12", "retention_months: 0", "register.retention", "保存几个月"),
    (LEAFLET_FILE, "purpose: 签收, ", "", "catalog.missing", "purpose"),
    (LEAFLET_FILE, "id: leaflets.handed_out, title", "id: handed, title", "measure.id", "用点分开"),
    (LEAFLET_FILE, "behaviour: flow", "behaviour: flw", "catalog.not_allowed", "是不是“flow”"),
    (LEAFLET_FILE, "all_of: [leaflets.handed_out]", "all_of: [leaflets.handed]", "measure.unknown", "handed_out"),
    (LEAFLET_FILE, "measure: leaflets.handed_out, on", "measure: leaflet.handed_out, on", "observe.measure", "最接近"),
    (LEAFLET_FILE, "on: day, value", "since: day, value", "observe.behaviour", "应写 on"),
    (LEAFLET_FILE, "on: day, value", "on: count, value", "observe.field", "日期字段。可用：day"),
    (LEAFLET_FILE, "value: count, dims", "value: taker, dims", "observe.value", "可用：count"),
    (LEAFLET_FILE, "value: count, dims", "value: 1 某某, dims", "observe.value", "units.yaml"),
    (LEAFLET_FILE, "dims: {专项: campaign}}", "dims: {活动: campaign}}", "observe.dimension", "可用：专项"),
    (LEAFLET_FILE, "dims: {专项: campaign}}", "dims: {专项: taker}}", "register.personal_used", "会到期删除"),
    (LEAFLET_FILE, "count: 200, campaign", "counts: 200, campaign", "example.field", "可用：day、count"),
    (PERMIT_FILE, "days: 30", "days: 三十", "catalog.not_number", "如 36"),
    (PERMIT_FILE, "stage: applied, days", "stage: settled, days", "register.stage", "可用：applied"),
    (PERMIT_FILE, "title: 办结, on: settled_on", "title: 办结, on: closed_on", "register.stage", "fields"),
    (PERMIT_FILE, "unit: '%'", "unit: 件", "measure.percent", "unit: '%'"),
    (CAMPAIGN_FILE, "since: 2018-12-29", "since: 2018年", "catalog.not_day", "2024-01-01"),
    (CAMPAIGN_FILE, "aliases: [清洁乡村]", "aliases: [移风易俗]", "choices.twice", "同时指"),
    (CAP_FILE, "from: 2024-01-01", "from: 2022-01-01", "parameter.order", "先后"),
    (CAP_FILE, "verified: true", "verified: 大概", "catalog.not_flag", "true 或 false"),
    (BRIEF_FILE, "all: leaflets.handed_out", "all: leaflets.handed_off", "recipe.unreadable", "最接近的是"),
    (BRIEF_FILE, "[专项=移风易俗]", "[专项=移风移俗]", "recipe.unreadable", "移风易俗"),
    (BRIEF_FILE, "wording: many", "wording: much", "catalog.not_allowed", "many"),
    (BRIEF_FILE, "其中{{ clean }}", "其中{{ clear }}", "report.unknown_name", "clean"),
    (BRIEF_FILE, "parts: [clean, other]", "parts: [clean]", "report.parts_rule", "至少两个"),
    (BRIEF_FILE, "发放{count}'", "发放{taker}'", "report.personal", "个人信息"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "advice"), MISTAKES, ids=[f"{each[3]}-{each[2]}" for each in MISTAKES]
)
def test_a_mistake_is_told_by_file_and_line_with_what_to_write(
    folder: Folder, file: str, old: str, new: str, code: str, advice: str
) -> None:
    line = folder.change(file, old, new)

    found = [problem for problem in folder.load().problems if problem.code == code]
    assert [(Path(each.where.file).name, each.where.line) for each in found] == [(Path(file).name, line)]
    assert advice in found[0].text
    assert f"{Path(file).name}:{line}：" in str(found[0])


# Where the mistake shows on another line than the one that was changed: the text of that line.
ELSEWHERE = [
    (LEAFLET_FILE, "handed_out 200 份 专项", "handed_out 20 份 专项", "example.differs", LEAFLET_FILE, "- given: {day"),
    (LEAFLET_FILE, "title: 宣传资料发放台账", "title: 建房申请办理台账", "register.title_twice", PERMIT_FILE, "id: permits"),
    (PERMIT_FILE, "kind: case", "kind: log", "register.stages", PERMIT_FILE, "stages:"),
    (BRIEF_FILE, "{{ missing }}", "若干", "report.unused", BRIEF_FILE, "missing: {figure"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "shown", "text"), ELSEWHERE, ids=[each[3] for each in ELSEWHERE]
)
def test_what_does_not_go_together_is_told_where_it_shows(
    folder: Folder, file: str, old: str, new: str, code: str, shown: str, text: str
) -> None:
    folder.change(file, old, new)
    lines = (folder.path / shown).read_text(encoding="utf-8").splitlines()
    (line,) = (number for number, each in enumerate(lines, 1) if each.strip().startswith(text))

    found = said(folder.load().problems)
    assert [each for each in found if each[2] == code] == [(Path(shown).name, line, code)]


@pytest.mark.parametrize(
    ("old", "new", "advice"),
    [
        ("title: 宣传资料发放台账", "title：宣传资料发放台账", "半角"),
        ("title: 宣传资料发放台账", "title: 台账: 发放", "引号"),
        ("title: 宣传资料发放台账", "title: '发放台账", "引号没有成对"),
        ("aliases: [宣传单发放登记]", "aliases: [宣传单发放登记", "方括号"),
        ("title: 宣传资料发放台账", "title: &a 台账\npurpose: *a", "锚点"),
        ("title: 宣传资料发放台账", "title: !!python/name:os.system 台账", "标签"),
        ("purpose: 记发了多少宣传资料", "\tpurpose: 记发了多少", "制表符"),
    ],
)
def test_what_is_no_yaml_is_explained_without_english(
    folder: Folder, old: str, new: str, advice: str
) -> None:
    folder.change(LEAFLET_FILE, old, new)

    problems = [problem for problem in folder.load().problems if problem.where.file.endswith("leaflets.yaml")]
    assert [problem.code for problem in problems] == ["catalog.unreadable"] * len(problems) != []
    assert advice in "".join(problem.text for problem in problems)


def test_all_mistakes_of_all_files_come_at_once(folder: Folder) -> None:
    expected = [
        (CAMPAIGN_FILE, "since: 2018-12-29", "since: 去年", "catalog.not_day"),
        (CAP_FILE, "verified: true", "verified: 大概", "catalog.not_flag"),
        (LEAFLET_FILE, "behaviour: flow", "behaviour: flw", "catalog.not_allowed"),
        (LEAFLET_FILE, "kept_by: village", "kept_by: villages", "catalog.not_allowed"),
        (PERMIT_FILE, "days: 30", "days: 三十", "catalog.not_number"),
    ]
    lines = [(Path(file).name, folder.change(file, old, new), code) for file, old, new, code in expected]

    assert set(lines) <= set(said(folder.load().problems))


def test_a_key_written_twice_and_a_file_in_another_encoding(folder: Folder) -> None:
    twice = folder.change(LEAFLET_FILE, "kind: log\n", "kind: log\nkind: case\n")
    (folder.path / PERMIT_FILE).write_bytes(PERMITS.encode("gb18030"))

    found = said(folder.load().problems)
    assert ("leaflets.yaml", twice + 1, "catalog.duplicate_key") in found
    assert ("permits.yaml", 3, "catalog.unreadable") in found


def test_files_and_folders_that_would_be_overlooked_are_named(folder: Folder) -> None:
    folder.write("registers/extra.yml", LEAFLETS)
    folder.write("register/other.yaml", LEAFLETS)

    texts = {problem.code: problem.text for problem in folder.load().problems}
    assert "extra.yaml" in texts["catalog.other_file"]
    assert "是不是“registers”" in texts["catalog.other_folder"]


# --- the town's own folder beside the shipped one ---------------------------------------------------------


def test_a_local_folder_adds_and_never_replaces_a_register(folder: Folder, tmp_path: Path) -> None:
    local = Folder(tmp_path / "local")
    local.write("registers/seedlings.yaml", seedlings())
    local.write(
        CAMPAIGN_FILE,
        "id: campaigns\nextends: true\nsource: 本镇（虚构）\nchoices: [{id: 村庄清洁行动, aliases: [大扫除]}, 绿化行动]\n",
    )
    local.write(CAP_FILE, CAP.replace("value: 6", "value: 8"))
    local.write(BRIEF_FILE, BRIEF.replace("一、宣传工作", "一、本镇宣传工作"))

    loaded = folder.load(local.path)
    assert loaded.problems == ()
    assert set(loaded.catalog.registers) == {"leaflets", "permits", "seedlings"}
    assert loaded.parameters["cap"].values[1].value == "8"
    assert "本镇" in loaded.reports["brief"].prose
    options = {
        choice.id: choice.aliases for choice in loaded.catalog.registers["leaflets"].by_id["campaign"].choices
    }
    assert options == {"村庄清洁行动": ("清洁乡村", "大扫除"), "移风易俗": (), "绿化行动": ()}

    local.write(LEAFLET_FILE, LEAFLETS)
    assert "register.there" in {problem.code for problem in folder.load(local.path).problems}


def test_a_local_list_needs_extends(folder: Folder, tmp_path: Path) -> None:
    local = Folder(tmp_path / "local")
    local.write(CAMPAIGN_FILE, CAMPAIGNS)
    local.write("lexicon/choices/none.yaml", "id: none\nextends: true\nsource: x\nchoices: [甲]\n")

    found = {problem.code: problem.text for problem in folder.load(local.path).problems}
    assert "extends: true" in found["choices.there"]
    assert "choices.extends" in found


def seedlings() -> str:
    text = LEAFLETS.replace("id: leaflets\n", "id: seedlings\n").replace("leaflets.", "seedlings.")
    for shipped, ours in (("宣传资料发放台账", "树苗发放台账"), ("宣传单发放登记", "树苗登记")):
        text = text.replace(shipped, ours)
    return text.replace("title: 发放宣传资料", "title: 发放树苗").replace(
        "title: 发过资料的村", "title: 发过树苗的村"
    )


def test_a_register_comes_back_from_its_text_as_it_was(folder: Folder) -> None:
    for register in folder.load().catalog.registers.values():
        text = register_as_text(register)
        assert register_as_text(register_from_text(text)) == text
        assert register_from_text(text).measures == register.measures
