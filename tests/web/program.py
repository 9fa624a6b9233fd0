"""A program with a token, and what it asks: every operation of the interface at a place of the world."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.web.world import CAST, LIMITED, NOW, OFFICE_REGISTER, VILLAGE_REGISTER, World
from youju.actions import tokens
from youju.core.grant import ADMINISTRATORS, Verb

BUSINESS = {account: at for account, at in CAST.items() if at[0] not in ADMINISTRATORS}
OFFICES = ("office", "department")


def issued(world: World, account: str, **changed: Any) -> str:
    """The secret of a new token of an account of the world."""
    role, at = LIMITED[:2] if account == "limited" else CAST[account]
    said = {"title": "测试", "expires_on": NOW.date() + timedelta(days=30), **changed}
    return tokens.issue(role, world.unit[at], by=world.who[account], **said).secret


class Program:
    """A program with a token."""

    def __init__(self, secret: str) -> None:
        self.client = Client(raise_request_exception=False, headers={"authorization": f"Bearer {secret}"})

    def get(self, path: str, **query: Any) -> Any:
        """A reading request."""
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, body: object, key: str = "") -> Any:
        """A writing request."""
        headers = {"idempotency-key": key} if key else {}
        return self.client.post(f"/api/v1/{path}", json.dumps(body), "application/json", headers=headers)


def new_entry(world: World, place: str) -> dict[str, object]:
    """An entry of the register that is kept at the place."""
    if place in OFFICES:
        values = {"day": "2024-05-03", "kind": "专题会", "times": "1"}
        return {"register_id": OFFICE_REGISTER, "unit": world.names[place], "values": values}
    values = {"day": "2024-05-03", "count": "20"}
    return {"register_id": VILLAGE_REGISTER, "unit": world.names[place], "values": values}


def recipe(world: World, place: str) -> str:
    """A figure of the register that is kept at the place."""
    return f"{'meetings.held' if place in OFFICES else '发放宣传资料'} @{world.names[place]} 2024-03"


Ask = Callable[[Program, World, str], Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the interface.

    verb        what its caller must have been granted
    ask         asks it about a place
    registered  it is about one register, so a grant for another does not reach it
    whole       it is about all registers together, so a grant for one does not reach it
    listed      it lists what the token reaches, wherever that is
    """

    verb: Verb
    ask: Ask
    registered: bool = False
    whole: bool = False
    listed: bool = False


def _attach(p: Program, w: World, at: str) -> Any:
    file = SimpleUploadedFile("签收单.txt", f"签收单 {uuid.uuid4()}".encode(), "text/plain")
    headers = {"idempotency-key": str(uuid.uuid4())}
    return p.client.post(
        f"/api/v1/entries/{w.objects['entry'][at]}/evidence", {"file": file}, headers=headers
    )


def _render(p: Program, w: World, at: str) -> Any:
    said = {"report": "work-summary", "first": "2024-01-01", "last": "2024-04-30", "kind": "facts"}
    return p.get("reports/render", unit=w.names[at], **said)


OPERATIONS: Mapping[str, Operation] = {
    "get /api/v1/figure": Operation("see", lambda p, w, at: p.get("figure", recipe=recipe(w, at)), registered=True),
    "post /api/v1/figures": Operation("see", lambda p, w, at: p.post("figures", {"recipes": [recipe(w, at)]}), registered=True),
    "get /api/v1/trace": Operation("see", lambda p, w, at: p.get("trace", recipe=recipe(w, at)), registered=True),
    "get /api/v1/units": Operation("see", lambda p, w, at: p.get("units"), listed=True),
    "get /api/v1/registers": Operation("see", lambda p, w, at: p.get("registers"), listed=True),
    "get /api/v1/reports": Operation("see", lambda p, w, at: p.get("reports"), listed=True),
    "get /api/v1/entries": Operation("see", lambda p, w, at: p.get("entries", unit=w.names[at])),
    "get /api/v1/entries/{uid}": Operation("see", lambda p, w, at: p.get(f"entries/{w.objects['entry'][at]}"), registered=True),
    "post /api/v1/entries": Operation("record", lambda p, w, at: p.post("entries", new_entry(w, at), str(uuid.uuid4())), registered=True),
    "post /api/v1/entries/{uid}/evidence": Operation("record", _attach, registered=True),
    "post /api/v1/audits": Operation("see", lambda p, w, at: p.post("audits", {"text": "发放宣传资料20份。", "unit": w.names[at]})),
    "get /api/v1/reports/render": Operation("see", _render),
    "post /api/v1/reports/{uid}/final": Operation("sign", lambda p, w, at: p.post(f"reports/{w.objects['report'][at]}/final", {"version": 1}, str(uuid.uuid4())), whole=True),
    "get /api/v1/reports/{uid}/final": Operation("see", lambda p, w, at: p.get(f"reports/{w.objects['report'][at]}/final"), whole=True),
    "get /api/v1/reports/{uid}/final/{kind}": Operation("see", lambda p, w, at: p.get(f"reports/{w.objects['report'][at]}/final/facts"), whole=True),
}  # fmt: skip
