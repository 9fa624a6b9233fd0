"""Upgrades: a ledger of every version from the first release on, as that version wrote it, brought to this one with nothing lost.

The cases are files of tests/upgrades, one for each migration. On SQLite all are tried in every check.
"""

from __future__ import annotations

import base64
import json
import lzma
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from tests.hardness.proof import Found, Place, Proof
from tests.ledgers import LedgerDatabase
from tests.upgrades import record
from youju.actions import evidence, finals, rolling, sealing, verifying, workbooks
from youju.actions.setup import member_of
from youju.cli import setting_up
from youju.core.recipe import parse_recipe
from youju.store import triggers
from youju.store.models import Entry, Facet, FinalReport
from youju.store.queries import figures, scope

HERE = Path(record.__file__).parent
NAMES = sorted(path.name.removesuffix(".json.xz") for path in HERE.glob("*.json.xz"))
# What a migration may change of a row that was there: table → columns. Nothing has so far.
CHANGED: dict[str, set[str]] = {}
# What is made anew after an upgrade, and compared with its sources by `verify`.
DERIVED = {"store_facet", "store_rollup", "store_reach"}
MADE_ANEW = {"store_entry": {"words"}, "store_ledger": {"grid", "rules"}}


def prove(count: int, place: Place) -> Found:
    """Bring `count` of the versions to this one: the first, the last, and some between."""
    chosen = [NAMES[round(at * (len(NAMES) - 1) / max(count - 1, 1))] for at in range(min(count, len(NAMES)))]
    rows = 0
    with place.new_ledger() as ledger, the_steps(ledger, place.folder, chosen) as steps:
        for name in chosen:
            case = json.loads(lzma.decompress((HERE / f"{name}.json.xz").read_bytes()))
            with as_it_was(ledger, name, case, steps):
                upgraded(case, name)
            rows += sum(len(content["rows"]) for content in case["tables"].values())
    return Found(
        f"{len(chosen)} versions, {rows} rows: all there, figures and final reports the same, verified"
    )


@contextmanager
def the_steps(ledger: LedgerDatabase, folder: Path, names: Sequence[str]) -> Iterator[dict[str, Path]]:
    """On SQLite the empty tables of each version, made by going up once and copying the file at every step."""
    steps: dict[str, Path] = {}
    if ledger.engine == "sqlite":
        emptied(ledger)
        for name in names:
            up_to(name)
            connections["default"].close()
            steps[name] = folder / f"{name}.sqlite3"
            shutil.copyfile(ledger.data / "youju.sqlite3", steps[name])
    yield steps


def up_to(name: str) -> None:
    """The ledger's tables of one version, everybody else's of this one."""
    executor = MigrationExecutor(connection)
    others = [node for node in executor.loader.graph.leaf_nodes() if node[0] != "store"]
    executor.migrate([("store", name), *others])


@contextmanager
def as_it_was(
    ledger: LedgerDatabase, name: str, case: dict[str, Any], steps: dict[str, Path]
) -> Iterator[None]:
    """The tables of a version with the rows of its case, and its files beside them."""
    emptied(ledger)
    if name in steps:
        shutil.copyfile(steps[name], ledger.data / "youju.sqlite3")
    else:
        up_to(name)
    load(case["tables"])
    if name == NAMES[-1]:
        triggers.install(connection)  # nothing is migrated, so nothing installs them anew
    for path, content in case["files"].items():
        target = ledger.data / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(base64.b64decode(content))
    (ledger.data / "personal.key").write_bytes(base64.b64decode(case["key"]))
    sealing.forget_key()
    connections["default"].close()
    yield
    shutil.rmtree(ledger.data / "evidence")


def emptied(ledger: LedgerDatabase) -> None:
    if ledger.engine == "sqlite":
        connections["default"].close()
        for path in ledger.data.glob("youju.sqlite3*"):
            path.unlink()
    else:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
        connections["default"].close()


def load(tables: dict[str, Any]) -> None:
    """Write the rows as they were, on either engine."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table, content in tables.items():
            columns = content["columns"]
            truths = set()
            if connection.vendor == "postgresql":
                cursor.execute(
                    "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND data_type = 'boolean'",
                    [table],
                )
                truths = {row[0] for row in cursor.fetchall()}
            sql = f'INSERT INTO "{table}" ({", ".join(f"{chr(34)}{each}{chr(34)}" for each in columns)}) VALUES ({", ".join(["%s"] * len(columns))})'
            for row in content["rows"]:
                cursor.execute(
                    sql, [value(each, column in truths) for each, column in zip(row, columns, strict=True)]
                )
            if connection.vendor == "postgresql" and "id" in columns:
                cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
                if (sequence := cursor.fetchone()[0]) is not None:
                    cursor.execute(f'SELECT setval(%s, (SELECT max(id) FROM "{table}"))', [sequence])


def value(said: Any, truth: bool) -> Any:
    if isinstance(said, dict):
        return base64.b64decode(said["b64"])
    return bool(said) if truth and said is not None else said


def rows_now(table: str, columns: list[str]) -> list[list[Any]]:
    """The rows of a table with these columns, in the plain form of a case."""
    names = ", ".join(f'"{each}"' for each in columns)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {names} FROM "{table}"')
        return [[comparable(each) for each in row] for row in cursor.fetchall()]


def comparable(said: Any) -> Any:
    """A value of either engine as SQLite stores it, as far as comparing goes."""
    if isinstance(said, dict) and set(said) == {"b64"}:
        return base64.b64decode(said["b64"])
    if isinstance(said, memoryview):
        return bytes(said)
    if isinstance(said, bool):
        return int(said)
    if said is None or isinstance(said, int | bytes):
        return said
    text = json.dumps(said, sort_keys=True) if isinstance(said, dict | list) else str(said)
    if text.startswith(("{", "[")):
        text = json.dumps(json.loads(text), sort_keys=True)
    return text.replace("+00:00", "").replace("-", "")


def upgraded(case: dict[str, Any], name: str) -> None:
    frozen = case["tables"].get("store_frozenfigure")
    setting_up.open_ledger()

    assert triggers.missing(connection) == [], name
    for table, content in case["tables"].items():
        if table in DERIVED:
            continue
        skipped = CHANGED.get(table, set()) | MADE_ANEW.get(table, set())
        columns = [each for each in content["columns"] if each not in skipped]
        at = [content["columns"].index(each) for each in columns]
        before = [[comparable(row[each]) for each in at] for row in content["rows"]]
        assert sorted(map(repr, rows_now(table, columns))) == sorted(map(repr, before)), (name, table)
    findings = [str(finding) for part in verifying.verify() for finding in part.findings]
    assert findings == [], name
    assert rolling.check().differences == (), name
    assert not Entry.unscoped.filter(words="").exclude(current__nil=True).exists(), name
    assert Facet.unscoped.filter(register="facilities", field="kind").count() == 1, name
    recipes = [parse_recipe(text) for text in case["figures"]]
    viewer = scope.viewer_of(member_of("clerk"))
    answers = figures.evaluate(recipes, viewer, date(2025, 6, 5))
    assert {text: [one.text, one.n] for text, one in zip(case["figures"], answers, strict=True)} == case[
        "figures"
    ], name
    assert (FinalReport.unscoped.count() > 0) == (frozen is not None), name
    for row in FinalReport.unscoped.all():
        assert finals.verify(row) == [], name
        assert finals.recomposed(row).text == row.body, name
    names_no_longer_in_clear(name)


def names_no_longer_in_clear(name: str) -> None:
    """Workbooks that name people and that a version kept as they came are sealed, and still open."""
    left = {batch.pk: evidence.place_of(batch.blob.sha256) for batch in workbooks.left_plain()}
    before = {batch: path.read_bytes() for batch, path in left.items()}
    assert bool(left) == (name == "0012_sessions"), name  # the last that kept them; older cases have none
    assert workbooks.seal_left(), name
    for batch, content in before.items():
        assert b"".join(workbooks.original(batch) or ()) == content, name
    assert not any(path.exists() for path in left.values()), name
    kept = [path.read_bytes() for path in evidence.place_of("00").parent.parent.rglob("*") if path.is_file()]
    assert not any(taker.encode() in content for taker in record.TAKERS for content in kept), name
    parts = verifying.verify()
    assert [(part.findings, part.notes) for part in parts] == [((), ())] * len(parts), name


PROOF = Proof(
    title="从首个版本起，每个版本的台账都能升级，一行不少",
    counted="versions",
    prove=prove,
    full={"sqlite": len(NAMES), "postgresql": len(NAMES)},
    short={"sqlite": len(NAMES), "postgresql": 2},
)
