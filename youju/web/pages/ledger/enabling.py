"""台账启用: which registers are in force, and switching on others with the document that asks for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from youju.actions import registers as acts
from youju.core.canonical import digest
from youju.core.entry import check_text
from youju.core.problem import DomainError, Refused
from youju.core.register import Register
from youju.specs.catalog import load_catalog
from youju.specs.record import register_as_text
from youju.store.queries.ledger import head
from youju.store.queries.specs import versions_at
from youju.web.asking import Asked
from youju.web.pages.ledger.views import KINDS


class NoDocument(DomainError):
    """A register is switched on without saying who asks for it."""

    code = "register.no_document"
    text = "请写明要求建立这些台账的文件（文号和标题）。没有文件要求的台账，不增加基层负担。"


class NoneChosen(DomainError):
    """No register was chosen."""

    code = "register.none_chosen"
    text = "没有选中台账。请先勾选要启用或更新的台账。"


def show(request: Asked) -> HttpResponse:
    """The registers of the catalog: in force, changed since, or not yet asked for."""
    loaded = load_catalog(Path(settings.SHIPPED_CATALOG), Path(settings.LOCAL_CATALOG))
    problems = [str(each) for each in loaded.problems]
    chosen = request.POST.getlist("registers")
    if request.method == "POST" and not problems:
        try:
            return _switch_on(
                request, [each for each in loaded.catalog.registers.values() if each.id in chosen]
            )
        except Refused as error:
            problems = [each.text for each in error.problems]
        except DomainError as error:
            problems = [error.message]
    in_force = versions_at(head().head)
    lines = [
        _line(each, in_force, chosen)
        for each in sorted(loaded.catalog.registers.values(), key=lambda e: e.id)
    ]
    context: dict[str, Any] = {
        "lines": lines,
        "problems": problems,
        "basis": request.POST.get("basis", ""),
        "waiting": any(line["state"] != "已启用" for line in lines),
    }
    return render(request, "pages/ledger/enabling.html", context, status=422 if problems and chosen else 200)


def _switch_on(request: Asked, chosen: list[Register]) -> HttpResponse:
    basis = request.POST.get("basis", "").strip()
    if not chosen:
        raise NoneChosen
    known = versions_at(head().head)
    if not basis and any(each.id not in known for each in chosen):
        raise NoDocument
    code, said = check_text(basis)
    if code:
        messages.error(request, said)
        return redirect("registers")
    unit = min(grant.unit for grant in request.viewer.grants_for("registers", request.today))
    done = acts.sync(chosen, by=request.member, unit=unit, basis=basis)
    messages.success(request, f"已启用{len(done.added)}本，更新{len(done.changed)}本。")
    return redirect("registers")


def _line(register: Register, in_force: dict[str, Any], chosen: list[str]) -> dict[str, Any]:
    version = in_force.get(register.id)
    state = "未启用" if version is None else "已启用"
    if version is not None and version.digest != digest(register_as_text(register)):
        state = "有新版"
    return {
        "register": register,
        "kind": KINDS[register.kind],
        "state": state,
        "chosen": register.id in chosen,
    }
