"""`./run prove`: the proofs in full, each in a process of its own for each engine, and their rows in docs/proofs.md."""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tests import ledgers, postgres
from tests.hardness import proof, table
from tests.hardness.proof import Engine, Found, Place, Proof

ROOT = table.ROOT


def main() -> int:
    """Run what was asked; 0 when all promises held, 1 when one did not, 2 when there is no such proof."""
    parser = argparse.ArgumentParser(
        prog="./run prove", description="逐项做完整的可靠性证明，结果写入 docs/proofs.md。"
    )
    parser.add_argument("names", nargs="*", metavar="名称", help="只做这几项；不写则全部做")
    parser.add_argument(
        "--count", type=int, metavar="次数", help="每项做多少次；少于完整次数时只显示结果，不写入表中"
    )
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), help="只在这种数据库上做；不写入表中")
    parser.add_argument("--list", action="store_true", help="列出各项证明，不运行")
    parser.add_argument("--result", type=Path, help=argparse.SUPPRESS)  # how the parent asks its child
    args = parser.parse_args()
    known = proof.names()
    unknown = [name for name in args.names if name not in known]
    if unknown:
        print(f"没有名为{'、'.join(unknown)}的证明。现有：{'、'.join(known)}。", file=sys.stderr)
        return 2
    if args.result:
        return child(args.names[0], args.engine, args.count, args.result)
    if args.list:
        for name in known:
            print(f"{name:<20}{loaded(name).title}（{counts(loaded(name))}）")
        return 0
    verdicts = [prove(name, args.count, args.engine) for name in args.names or known]
    print(f"\n{sum(verdicts)} passed, {len(verdicts) - sum(verdicts)} failed")
    return 0 if all(verdicts) else 1


def loaded(name: str) -> Proof:
    """A proof's description; its module may read Django's settings, which want a data folder that is nobody's."""
    start_django(Path(tempfile.gettempdir()) / "youju-prove-list")
    return proof.named(name)


def counts(found: Proof) -> str:
    """What is asked in full: 400 kills on sqlite, 100 on postgresql."""
    return f"{' + '.join(f'{count} {engine}' for engine, count in found.full.items())} {found.counted}"


def prove(name: str, count: int | None, engine: Engine | None) -> bool:
    """One proof on each of its engines; whether it held. A run that is not the full one leaves the table as it is."""
    described = loaded(name)
    asked = {each: count or full for each, full in described.full.items() if engine is None or each == engine}
    print(f"\n── {name}　{described.title}", flush=True)
    began = time.monotonic()
    found = {each: in_a_child(name, each, number) for each, number in asked.items()}
    minutes = (time.monotonic() - began) / 60
    broken = [text for each in found.values() for text in each.broken]
    said = "; ".join(
        f"{each}: {one.said}" if len(described.full) > 1 else one.said for each, one in found.items()
    )
    print(f"{said}\n{'通过' if not broken else '未通过'}，{minutes:.1f} 分钟", flush=True)
    for text in broken:
        print(f"  {text}", flush=True)
    if engine is None and all(asked[each] >= full for each, full in described.full.items()):
        words = f"{' + '.join(f'{number} on {each}' for each, number in asked.items())} {described.counted}"
        told = said + "".join(f" — {text[:200]}" for text in broken[:3])
        day = datetime.now(UTC).date()
        table.write(table.Row(name, day, commit(), machine(), words, told, minutes, not broken))
    else:
        print("次数少于完整要求，结果没有写入 docs/proofs.md。")
    return bool(found) and not broken


def in_a_child(name: str, engine: Engine, count: int) -> Found:
    """Prove it in a process of its own, which reads the settings for that engine alone."""
    with tempfile.TemporaryDirectory(prefix="youju-prove-") as folder:
        result = Path(folder, "found.json")
        argv = [sys.executable, "-P", "-m", "tests.hardness", name]
        argv += ["--engine", engine, "--count", str(count), "--result", str(result)]
        env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        status = subprocess.run(argv, env=env, cwd=ROOT, check=False).returncode
        if not result.exists():
            return Found("broke off", (f"{engine}: the process ended with {status}",))
        said = json.loads(result.read_text(encoding="utf-8"))
        return Found(said["said"], tuple(said["broken"]))


def child(name: str, engine: Engine, count: int, result: Path) -> int:
    """Prove it here and write down what was found."""
    try:
        with place(engine, result.parent) as here:
            found = proof.named(name).prove(count, here)
    except Exception as error:  # noqa: BLE001 - whatever it was, the promise was not shown to hold
        traceback.print_exc()
        found = Found("broke off", (f"{type(error).__name__}: {error}",))
    result.write_text(json.dumps({"said": found.said, "broken": found.broken}), encoding="utf-8")
    return 0 if not found.broken else 1


@contextlib.contextmanager
def place(engine: Engine, session: Path) -> Iterator[Place]:
    """A place to prove things on this engine; on PostgreSQL with a server of its own, unless DATABASE_URL names one."""
    given = os.environ.pop("DATABASE_URL", "")
    with contextlib.ExitStack() as cleanup:
        if engine == "postgresql":
            own = not postgres.is_server_url(given)
            os.environ["DATABASE_URL"] = cleanup.enter_context(postgres.running_server()) if own else given
            cleanup.callback(ledgers.drop_template, os.environ["DATABASE_URL"], session)
        start_django(session / "data")
        testing()
        numbers = itertools.count(1)
        (session / "folder").mkdir()
        yield Place(
            engine,
            lambda: ledgers.new_ledger(session, session / f"ledger-{next(numbers)}"),
            session / "folder",
        )


def start_django(data: Path) -> None:
    """Django with settings that mean nobody's ledger."""
    import django

    data.mkdir(parents=True, exist_ok=True)
    ours = {"YOUJU_DATA": data, "YOUJU_LOCAL": data / "catalog"}
    os.environ.update({key: str(value) for key, value in ours.items()})
    os.environ["DJANGO_SETTINGS_MODULE"] = "youju.config.settings"
    django.setup()


def testing() -> None:
    """As pytest does: requests of a test client come from a host that is known."""
    from django.test.utils import setup_test_environment

    setup_test_environment(debug=False)


def commit() -> str:
    """What was proved: the commit, with a + when files differ from it."""
    git = ["git", "-c", f"safe.directory={ROOT}"]
    named = subprocess.run(
        [*git, "rev-parse", "--short=10", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    changed = subprocess.run(
        [*git, "status", "--porcelain", "--", ".", f":!{table.PAGE.relative_to(ROOT)}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return named.stdout.strip() + ("+" if changed.stdout.strip() else "") if named.returncode == 0 else "?"


def machine() -> str:
    """What it ran on."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} cores"


if __name__ == "__main__":
    sys.exit(main())
