"""System checks: every address is a declared route, and every route says what it must."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

_ARGUMENT = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")


@register("urls")
def every_address_is_declared(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """One error for each pattern without a row, each name given twice, and each uuid without a place."""
    del app_configs, kwargs
    found: list[CheckMessage] = []
    names: set[str] = set()
    for pattern in every_pattern(get_resolver()):
        if hasattr(pattern.callback, "api"):
            continue  # its door is the token; tests/api tries every operation
        route = getattr(pattern.callback, "route", None)
        if route is None:
            found.append(
                Error(f"{pattern.pattern}: a pattern without a row in the access table", id="web.E001")
            )
            continue
        if route.name in names:
            found.append(Error(f"{route.name}: two routes of one name", id="web.E002"))
        names.add(route.name)
        arguments = {each["name"]: each["kind"] for each in _ARGUMENT.finditer(route.path)}
        found += [
            Error(f"{route.name}: argument {name} is an object, declare its place in `of`", id="web.E003")
            for name, kind in arguments.items()
            if kind == "uuid" and name not in route.of and not route.who.public
        ]
        found += [
            Error(f"{route.name}: `of` names {name}, which the path does not have", id="web.E004")
            for name in route.of
            if name not in arguments
        ]
    return found


def every_pattern(resolver: URLResolver) -> Iterator[URLPattern]:
    """All patterns under a resolver."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from every_pattern(each)
        else:
            yield each
