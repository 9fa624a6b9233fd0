"""What every form does: carry a request number, and show a refusal beside the field it is about."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.forms import BaseForm
from django.http import HttpRequest

from youju.core.problem import DomainError, Refused

KEY = "once"


class NoRequestNumber(DomainError):
    """A form came without its request number."""

    code = "request.no_key"
    text = "表单缺少请求号，没有提交。请刷新页面后重新填写。"


def request_key(request: HttpRequest) -> str:
    """The number that `{% once %}` put into the form: pass it to the action as `key`. Raises NoRequestNumber."""
    try:
        return str(uuid.UUID(request.POST.get(KEY, "")))
    except ValueError:
        raise NoRequestNumber from None


def add_refusal(form: BaseForm, error: DomainError, fields: Mapping[str, str] | None = None) -> None:
    """Put what an action refused into the form: beside a field where it names one, else on top.

    fields  what a problem names (a field's title, or a refusal's code) → the form's field; a field's own
            name or label needs no entry
    """
    known = {**_titles(form), **(fields or {})}
    if isinstance(error, Refused):
        for problem in error.problems:
            if problem.level == "error":
                form.add_error(known.get(problem.where.field) or known.get(problem.code), problem.text)
        return
    form.add_error(known.get(error.code), error.message)


def _titles(form: BaseForm) -> dict[str, str]:
    own = {name: name for name in form.fields}
    return own | {str(field.label): name for name, field in form.fields.items() if field.label}
