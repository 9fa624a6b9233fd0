"""The forms of an import: which file for whom, and what its columns mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django import forms
from django.http import QueryDict

from youju.core.orgtree import OrgTree
from youju.store.queries.uploads import Importable
from youju.web.pages.imports.columns import UNDECIDED

KINDS = ".xlsx,.xlsm,.xls,.ods,.csv,.tsv"
FIELD, SHOWN = "field:", "shown:"


class UploadForm(forms.Form):
    """Which workbook, whose, and of which register when that is known."""

    unit = forms.TypedChoiceField(
        label="登记的组织", coerce=int, help_text="镇级汇总表选镇，由表中“村名”等列区分；单个村的表选该村。"
    )
    file = forms.FileField(
        label="工作簿",
        widget=forms.ClearableFileInput(attrs={"accept": KINDS}),
        help_text=".xlsx、.xls、.ods 或 .csv，不超过50 MB。严禁上传涉密文件和内部资料。",
        error_messages={"empty": "选择的文件是空的。请检查是否选错了文件。", "required": "请选择文件。"},
    )
    register = forms.ChoiceField(label="台账", required=False, help_text="不选则按标题和表头识别。")
    provider = forms.CharField(
        label="由谁提供", required=False, max_length=60, help_text="代别的单位导入时，写明提供人姓名。"
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        files: object = None,
        *,
        choices: Importable,
        tree: OrgTree,
        today: date,
    ) -> None:
        super().__init__(data, files)  # type: ignore[arg-type]
        self.fields["unit"].choices = [(unit, tree.full_name(unit, today)) for unit in choices.units]  # type: ignore[attr-defined]
        self.fields["register"].choices = [("", "自动识别")] + [  # type: ignore[attr-defined]
            (each.id, each.title) for each in choices.registers
        ]


def mapping_in(data: QueryDict, before: Mapping[str, str]) -> dict[str, str]:
    """What the owner decided about columns: what they decided before, and the columns they set to something else now.

    A column that stays as it was shown is no decision, so nothing is learned from it.
    """
    found = dict(before)
    for name, value in data.items():
        if not name.startswith(FIELD) or not isinstance(value, str):
            continue
        column = name.removeprefix(FIELD)
        if value != data.get(SHOWN + column):
            found.pop(column, None)
            if value != UNDECIDED:
                found[column] = "" if value == "-" else value
    return found
