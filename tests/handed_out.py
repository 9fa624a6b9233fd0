"""Everything that a ledger hands out, as bytes by name: to compare two ledgers that should be one."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Collection

from django.db import connections
from django.test import Client

from tests.ledgers import LedgerDatabase
from youju.actions import clock, evidence, exporting, finals, workbooks
from youju.core.recipe import parse_recipe
from youju.store.models import Blob, FinalReport, Login, Member, RollUp, WorkbookKey
from youju.store.queries import figures, scope
from youju.store.queries.ledger import local_day

RECIPES = tuple(
    f"{measure} @{place} {asked}"
    for measure in ("leaflets.handed_out", "slogans.added", "villages.informed")
    for place in ("示范县", "甲镇", "东村")
    for asked in ("2024-03", "2024Q1", "2024-01-01..2024-04-20", "2024")
)
REGISTERS = ("leaflets", "slogans", "books", "facilities")


def handed_out(
    ledger: LedgerDatabase, seq: int, kinds: Collection[str] = tuple(exporting.KINDS)
) -> dict[str, bytes]:
    """Reports in every form, lists in both, figures as of `seq`, roll-ups, and what `verify --json` says."""
    connections["default"].close()  # the ledger may be another than it was
    clerk = Member.unscoped.get(account="clerk")
    found: dict[str, bytes] = {}
    for row in FinalReport.unscoped.order_by("pk"):
        made = finals.recomposed(row)
        for kind in kinds:
            found[f"report {row.pk} {kind}"] = exporting.export(made, kind)
    client = Client()
    client.force_login(Login.objects.get(member=clerk))
    for register in REGISTERS:
        for form in ("csv", "xlsx"):
            answer = client.get(f"/ledger/{register}/export/{form}")
            assert answer.status_code == 200, answer
            found[f"list {register}.{form}"] = without_instant(b"".join(answer))
    viewer, today = scope.viewer_of(clerk), local_day(clock.now())
    asked = [*RECIPES, *(f"{each} 截至=#{seq}" for each in RECIPES)]
    answers = figures.evaluate([parse_recipe(each) for each in asked], viewer, today)
    said = [
        (each, one.text, one.n, one.missing, one.pending) for each, one in zip(asked, answers, strict=True)
    ]
    found["figures"] = json.dumps(said, ensure_ascii=False).encode()
    names = sorted(field.name for field in RollUp._meta.concrete_fields if field.name != "id")
    found["roll-ups"] = json.dumps(sorted(RollUp.unscoped.values_list(*names)), default=str).encode()
    for blob in Blob.unscoped.exclude(pk__in=workbooks.gone()).order_by("pk"):
        content = evidence.place_of(blob.sha256).read_bytes()
        assert hashlib.sha256(content).hexdigest() == blob.sha256
        found[f"evidence {blob.pk}"] = content
    for key in WorkbookKey.unscoped.select_related("sealed").order_by("pk"):
        batch = key.sealed.batch_id
        found[f"original {batch}"] = b"".join(workbooks.original(batch) or ())
        assert found[f"original {batch}"]
    connections["default"].close()
    found["verify --json"] = ledger.run("verify", "--json").stdout.encode()
    return found


def without_instant(content: bytes) -> bytes:
    """A workbook without the moment at which it was written; anything else as it is."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return b"".join(parts.read(name) for name in sorted(parts.namelist()) if name != "docProps/core.xml")
