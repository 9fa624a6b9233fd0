"""Triggers that keep facts: no update or delete on appended tables, on both engines.

They are written by one module and installed anew after every migration, because SQLite drops the triggers of
a table it rebuilds. `missing` is asked at start and by `verify`. docs/decisions/06-append-only-triggers.md
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from youju.store.models.base import OPEN

APPENDED = (
    "Event", "OrgUnit", "Member", "SpecVersion", "MeasureKey", "Revision", "Review", "Void", "ImportedRow",
    "Blob", "EvidenceLink", "Tombstone", "FinalReport", "FrozenFigure", "SealedWorkbook", "WorkbookTombstone",
)  # fmt: skip
KNOWN = ("UnitNaming", "UnitPlacement", "UnitTagging", "Grant", "Observation", "PeriodClose", "Token")
KEPT = ("Entry", "Ledger", "Batch")  # columns may change, rows stay
# What may be deleted, never changed: the tombstone that has to stand before, and the function of PostgreSQL that looks for it.
ERASABLE = {
    "PersonalValue": (
        "youju_erase",
        "store_tombstone t WHERE t.revision_id = OLD.revision_id AND t.field = OLD.field",
    ),
    "WorkbookKey": ("youju_erase_key", "store_workbooktombstone t WHERE t.sealed_id = OLD.sealed_id"),
}


def after_migrate(using: str = "default", **_: object) -> None:
    """Install every trigger; connected to Django's post_migrate signal."""
    install(connections[using])


def install(connection: BaseDatabaseWrapper) -> None:
    """(Re)write every trigger of the ledger's tables; at an earlier version, of those that it has."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTIONS)
        tables = set(connection.introspection.table_names(cursor))
        for name, table, drop, create in every(connection):
            if table in tables:
                cursor.execute(drop.format(name=name, table=table))
                cursor.execute(create)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of triggers that should be there and are not, or are disabled."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        there = {row[0] for row in cursor.fetchall()}
    return sorted(set(names(connection)) - there)


def altered(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of triggers that are there and do something else than `install` made them do."""
    wanted = {name: create for name, _, _, create in every(connection)}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            there = dict(cursor.fetchall())
            return sorted(name for name, text in wanted.items() if name in there and there[name] != text)
        cursor.execute(_POSTGRES_THERE)
        there = {
            name: (table, function, events, has_when)
            for name, table, function, events, has_when in cursor.fetchall()
        }
        cursor.execute(
            "SELECT proname, prosrc FROM pg_proc WHERE proname = ANY(%s)",
            [["youju_refuse", *(function for function, _ in ERASABLE.values())]],
        )
        bodies = dict(cursor.fetchall())
    found = [name for name in sorted(bodies) if bodies[name] not in _POSTGRES_FUNCTIONS]
    for name, text in wanted.items():
        if name in there:
            table, function, events, has_when = there[name]
            words = text.split()
            same = words[words.index("ON") + 1] == table and f"{function}()" in text and words[4] == events
            if not same or has_when != (" WHEN " in text):
                found.append(name)
    return sorted(found)


def names(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of all triggers that should be there."""
    return sorted({name for name, *_ in every(connection)})


def _model(name: str) -> type[models.Model]:
    from django.apps import apps

    return apps.get_model("store", name)


def every(connection: BaseDatabaseWrapper) -> Iterator[tuple[str, str, str, str]]:
    """Each trigger: its name, its table, the statement that drops it and the one that makes it."""
    sqlite = connection.vendor == "sqlite"
    drop = "DROP TRIGGER IF EXISTS {name}" if sqlite else "DROP TRIGGER IF EXISTS {name} ON {table}"
    for name in (*APPENDED, *KNOWN, *KEPT, *ERASABLE):
        model = _model(name)
        table = model._meta.db_table
        prefix = f"keep_{table}"
        rules = _sqlite_rules(model, name) if sqlite else _postgres_rules(name)
        for suffix, create in rules:
            yield f"{prefix}_{suffix}", table, drop, create.format(name=f"{prefix}_{suffix}", table=table)


def _sqlite_rules(model: type[models.Model], name: str) -> Iterator[tuple[str, str]]:
    refuse = "BEGIN SELECT RAISE(ABORT, 'youju: {table} is append-only'); END"
    if name in ERASABLE:
        until = f"WHEN NOT EXISTS (\n    SELECT 1 FROM {ERASABLE[name][1]})"  # noqa: S608 - our own words
        yield "update", f"CREATE TRIGGER {{name}} BEFORE UPDATE ON {{table}} {refuse}"
        yield "delete", f"CREATE TRIGGER {{name}} BEFORE DELETE ON {{table}} {until} {refuse}"
        return
    yield "delete", f"CREATE TRIGGER {{name}} BEFORE DELETE ON {{table}} {refuse}"
    if name in APPENDED:
        yield "update", f"CREATE TRIGGER {{name}} BEFORE UPDATE ON {{table}} {refuse}"
    if name in KNOWN:
        same = " AND ".join(
            f'NEW."{field.column}" IS OLD."{field.column}"'
            for field in model._meta.concrete_fields
            if field.column != "seq_to"
        )
        closes = f"OLD.seq_to = {OPEN} AND NEW.seq_to < {OPEN} AND {same}"
        yield "update", f"CREATE TRIGGER {{name}} BEFORE UPDATE ON {{table}} WHEN NOT ({closes}) {refuse}"


def _postgres_rules(name: str) -> Iterator[tuple[str, str]]:
    act = "EXECUTE FUNCTION youju_refuse()"
    yield "truncate", f"CREATE TRIGGER {{name}} BEFORE TRUNCATE ON {{table}} FOR EACH STATEMENT {act}"
    if name in ERASABLE:
        erase = f"EXECUTE FUNCTION {ERASABLE[name][0]}()"
        yield "update", f"CREATE TRIGGER {{name}} BEFORE UPDATE ON {{table}} FOR EACH ROW {act}"
        yield "delete", f"CREATE TRIGGER {{name}} BEFORE DELETE ON {{table}} FOR EACH ROW {erase}"
        return
    yield "delete", f"CREATE TRIGGER {{name}} BEFORE DELETE ON {{table}} FOR EACH ROW {act}"
    if name in APPENDED:
        yield "update", f"CREATE TRIGGER {{name}} BEFORE UPDATE ON {{table}} FOR EACH ROW {act}"
    if name in KNOWN:
        differs = (
            f"OLD.seq_to <> {OPEN} OR NEW.seq_to >= {OPEN} "
            "OR (to_jsonb(OLD) - 'seq_to') IS DISTINCT FROM (to_jsonb(NEW) - 'seq_to')"
        )
        yield (
            "update",
            f"CREATE TRIGGER {{name}} BEFORE UPDATE ON {{table}} FOR EACH ROW WHEN ({differs}) {act}",
        )


# Kind 11: before each row, a delete; 19: an update; 34: before a whole truncation.
_POSTGRES_THERE = """
SELECT t.tgname, c.relname, p.proname,
       CASE t.tgtype WHEN 11 THEN 'DELETE' WHEN 19 THEN 'UPDATE' WHEN 34 THEN 'TRUNCATE' ELSE '' END,
       t.tgqual IS NOT NULL
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal"""
_POSTGRES_REFUSE = "RAISE EXCEPTION 'youju: % is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';"
_POSTGRES_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION youju_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {_POSTGRES_REFUSE}
END $$;
"""
for _function, _stands in ERASABLE.values():
    _POSTGRES_FUNCTIONS += f"""CREATE OR REPLACE FUNCTION {_function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM {_stands}
    ) THEN
        {_POSTGRES_REFUSE}
    END IF;
    RETURN OLD;
END $$;
"""  # noqa: S608 - our own words
