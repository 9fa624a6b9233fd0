"""The description of the interface (OpenAPI): what Ninja knows of it, and every refusal and file that an operation may answer with."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from youju.actions.exporting import MEDIA
from youju.api.asking import PROBLEM, TITLES

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILE = {"schema": {"type": "string", "format": "binary"}}
_TEXT = {"schema": {"type": "string"}}
_OFTEN = (400, 401, 403, 404, 422)
_WRITING = (409, 413)


class Interface(NinjaAPI):
    """An API whose description names problem documents and files."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The description, complete."""
        found = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        found["components"]["schemas"]["ProblemOut"] = _PROBLEM
        for methods in found["paths"].values():
            for method, operation in methods.items():
                _describe(method, operation)
        return found


def _describe(method: str, operation: dict[str, Any]) -> None:
    """Add what this operation may answer beside what its function returns."""
    answers = operation["responses"]
    for status in (*_OFTEN, *(_WRITING if method == "post" else ())):
        answers[status] = {
            "description": TITLES[status],
            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}},
        }
    for given in operation.get("parameters", ()):
        if given["in"] == "header":
            given["required"] = True  # its absence has a refusal of its own, so it is no matter of the form
            given["schema"] = {"type": "string", "minLength": 1, "maxLength": 100}
        if given["name"] == "form":
            answers[200]["content"] |= {"text/csv": _TEXT, _XLSX: _FILE}
        if given["name"] == "kind":
            media = [each.partition(";")[0] for each in MEDIA.values()]
            # A .json among them is the report's data, of no form that is described here.
            answers[200]["content"] = {each: {} if each == "application/json" else _FILE for each in media}


_PROBLEM: dict[str, Any] = {
    "title": "ProblemOut",
    "description": "A problem document (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "哪里不对、怎么办"},
        "code": {"type": "string", "description": "docs/errors.md 中的代码"},
        "problems": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "detail", "where"],
                "properties": {
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                    "where": {"type": "string"},
                    "level": {"enum": ["error", "warning"]},
                },
            },
        },
    },
}
