"""Forms made from register files: at most five fields first, the rest folded; texts stay texts until the core reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField

from youju.core.orgtree import OrgTree
from youju.core.register import Field, Register

FIRST = 5
FEW = 4  # options that are shown all at once
MOST_FILES = 9


class ManyFilesInput(forms.ClearableFileInput):
    """One control for several files."""

    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """Several files; the value is a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """The files, each checked to be one."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > MOST_FILES:
            raise forms.ValidationError(f"一次最多上传{MOST_FILES}个文件，现有{len(given)}个。请分次上传。")
        return [super(ManyFiles, self).clean(each, initial) for each in given]


class EntryForm(forms.Form):
    """The form of one register for one unit. Made by `form_for`."""

    kept: Register

    evidence = ManyFiles(
        label="佐证材料",
        required=False,
        help_text="照片会先缩小并去掉拍摄位置等信息再上传。请勿上传涉密文件。",
        widget=ManyFilesInput(
            attrs={
                "accept": "image/*,.pdf,.doc,.docx,.xls,.xlsx,.ods,.csv,.txt,.wps,.et,.ofd,.mp4",
                "data-shrink": "1600",
            }
        ),
    )
    reuse_reason = forms.CharField(
        label="同一材料再次使用的理由",
        required=False,
        max_length=200,
        help_text="材料已用于别的记录时才需填写。",
    )

    def first(self) -> list[BoundField]:
        """What is asked at once: required fields, and others up to five."""
        wanted = [each for each in self.kept.asked if each.required]
        wanted += [each for each in self.kept.asked if not each.required][: max(FIRST - len(wanted), 0)]
        names = {each.id for each in wanted}
        return [self[each.id] for each in self.kept.asked if each.id in names]

    def rest(self) -> list[BoundField]:
        """What is folded away."""
        shown = {bound.name for bound in self.first()}
        return [self[each.id] for each in self.kept.asked if each.id not in shown]

    def opens_rest(self) -> bool:
        """Whether the folded part holds something that must be seen: a value, or an error."""
        return any(bound.errors or bound.value() for bound in self.rest())

    def raw(self) -> dict[str, str]:
        """What was typed, by the register's fields."""
        return {each.id: str(self.cleaned_data.get(each.id) or "") for each in self.kept.asked}

    def as_typed(self) -> dict[str, str]:
        """The same before any cleaning, for a draft."""
        return {each.id: str(self.data.get(each.id, "")) for each in self.kept.asked}


def form_for(
    register: Register,
    unit: int,
    tree: OrgTree,
    today: date,
    data: Any = None,
    files: Any = None,
    *,
    initial: Mapping[str, str] | None = None,
    notes: Mapping[str, str] | None = None,
    extra: Mapping[str, forms.Field] | None = None,
) -> EntryForm:
    """The form of a register.

    unit    the keeper; fields that name a unit offer those in its subtree
    notes   field → what to look at in what was filled in
    extra   further fields, behind the register's
    """
    made: dict[str, Any] = {"kept": register}
    for each in register.asked:
        made[each.id] = _field(each, unit, tree, today, (notes or {}).get(each.id, ""))
    made |= extra or {}
    kind = type("RegisterForm", (EntryForm,), made)
    form = kind(data, files, initial={register.day: today.isoformat(), **(initial or {})})
    assert isinstance(form, EntryForm)
    form.order_fields([*(each.id for each in register.asked), *(extra or {}), "evidence", "reuse_reason"])
    return form


def proxy_field(*, required: bool = False) -> forms.Field:
    """Who gave the facts, when somebody types for another."""
    return forms.CharField(
        label="提供人",
        max_length=60,
        required=required,
        help_text="代村里登记时，写明由谁提供，并把纸质台账或聊天截图作为佐证材料附上。",
    )


def reason_field(label: str) -> forms.Field:
    """Why something is changed."""
    return forms.CharField(label=label, max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


def adjust_field() -> forms.Field:
    """Why a day inside a locked period has to change."""
    return forms.CharField(
        label="锁定期内调整的理由",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="所填日期在已锁定的期间内。写明理由后选“申请调整”，由镇领导批准后生效。",
    )


def _field(each: Field, unit: int, tree: OrgTree, today: date, note: str) -> forms.Field:
    label = each.title
    if each.kind == "quantity" and each.unit is not None and not label.endswith(str(each.unit)):
        label = f"{label}（{each.unit}）"
    said: dict[str, Any] = {
        "label": label,
        "required": each.required,
        "help_text": "".join((note, _help(each))),
    }
    attributes: dict[str, str] = {"autocomplete": "off"}
    if each.personal is not None:
        attributes["data-personal"] = ""
    if each.kind == "quantity":
        return forms.CharField(
            **said, max_length=60, widget=forms.TextInput({**attributes, "inputmode": "decimal"})
        )
    if each.kind == "date":
        return forms.CharField(**said, max_length=40, widget=forms.TextInput({**attributes, "data-day": ""}))
    if each.kind == "choice":
        day = today.isoformat()
        names = [
            choice.id
            for choice in each.choices
            if (not choice.since or choice.since <= day) and (not choice.until or day < choice.until)
        ]
        return _choices(said, names, each.required)
    if each.kind == "yes_no":
        return _choices(said, ["是", "否"], each.required)
    if each.kind == "unit":
        named = [
            tree.full_name(member, today)
            for kind in each.unit_kinds
            for member in tree.members(unit, today, kind)
        ]
        if named:
            return forms.ChoiceField(**said, choices=[("", "请选择"), *((name, name) for name in named)])
    if each.kind == "long_text":
        return forms.CharField(**said, max_length=20_000, widget=forms.Textarea({**attributes, "rows": 4}))
    return forms.CharField(**said, max_length=300, widget=forms.TextInput(attributes))


def _choices(said: dict[str, Any], names: Sequence[str], required: bool) -> forms.Field:
    pairs = [(name, name) for name in names]
    if len(pairs) <= FEW:
        blank = [] if required else [("", "不填")]
        return forms.ChoiceField(**said, choices=[*blank, *pairs], widget=forms.RadioSelect)
    return forms.ChoiceField(**said, choices=[("", "请选择"), *pairs])


def _help(each: Field) -> str:
    parts = [each.help]
    if each.example:
        parts.append(f"如：{each.example}")
    if each.kind == "date":
        parts.append("可写 3月5日、昨天")
    if each.personal is not None:
        parts.append(
            f"个人信息，加密保存{each.personal.retention_months}个月后删除，用于{each.personal.purpose}"
        )
    return "。".join(part.rstrip("。") for part in parts if part)
