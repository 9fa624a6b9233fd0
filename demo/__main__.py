"""`./run demo`: the demo town from its workbooks, its report, and its table with goal and figure side by side.

STAGES holds the parts of the demo in the order they run; a new part is one function and one line there.
Exit status: 0 when everything agrees, 1 when something does not, 2 when the demo could not run.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from youju.cli.main import Parser
from youju.cli.setting_up import open_ledger
from youju.core.problem import DomainError, Refused

if TYPE_CHECKING:
    from rich.console import Console

    from youju.actions.reports import Rendered


@dataclass(slots=True)
class Demo:
    """What the stages hand on.

    seq     the ledger's last event that the demo itself made; all its figures are as of then
    wrong   how many things disagree
    paths   what was written, with what it is
    """

    out: Console
    anew: bool = False
    seq: int = 0
    report: Rendered | None = None
    wrong: int = 0
    paths: list[tuple[str, Path]] = field(default_factory=list)


# Modules that know tables are imported inside: Django is set up by then.


def ledger(demo: Demo) -> None:
    """The demo town's year: workbooks imported, entries recorded, reviewed, corrected, voided, 2023 closed."""
    from demo import making

    demo.seq = making.make(demo.out, anew=demo.anew)
    demo.paths.append(("演示镇的工作簿", making.workbooks()))


def report(demo: Demo) -> None:
    """The work summary as .docx and .pdf with its facts.json."""
    from demo import making, outcome

    demo.report = outcome.write_report(making.home() / "report", demo.seq)
    made = demo.report
    demo.paths += [("工作总结", made.docx), ("工作总结（PDF）", made.pdf), ("取数依据", made.facts_file)]
    for warning in demo.report.warnings:
        demo.out.print(f"提醒：{warning}")


def signed(demo: Demo) -> None:
    """The signed work summary as files: verified, and without a single finding of the audit."""
    from demo import making, signing

    done = signing.export(making.home() / "report" / "final")
    demo.out.print(f"定稿第{done.number}版（台账#{done.seq}）：{done.figures}个数字按定稿时刻重算。")
    for wrong in done.wrong:
        demo.out.print(f"不符：{wrong}")
    demo.wrong += len(done.wrong)
    demo.paths += [("定稿", path) for path in done.paths]
    if not done.wrong:
        demo.out.print("重算全部相符，材料体检0处问题。")


def table(demo: Demo) -> None:
    """Goal and figure side by side."""
    from demo import outcome

    assert demo.report is not None
    demo.wrong += outcome.show(demo.out, outcome.compare(demo.report, demo.seq), demo.seq)


def audit(demo: Demo) -> None:
    """材料体检 of the demo's draft with its planted slips."""
    from demo import auditing

    demo.wrong += auditing.show(demo.out, demo.seq)
    demo.paths.append(("待体检的文稿", auditing.DRAFT))


STAGES: tuple[tuple[str, Callable[[Demo], None]], ...] = (
    ("演示镇台账", ledger),
    ("写工作总结", report),
    ("定稿与导出", signed),
    ("核对", table),
    ("材料体检", audit),
)
NEXT = (
    "./run youju figure '发放宣传资料 @禾澄镇 2024-01-01..2024-04-26 [专项=村庄清洁行动]'",
    "./run youju trace  '调结矛盾纠纷 @禾澄镇 2024-01-01..2024-04-26 [类型=水田排水]'",
    "./run youju entry list --unit 椿垌村",
    "./run youju audit demo/draft/work-report.txt --unit 禾澄镇 --as-of 2024-04-26",
    "./run youju verify",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run every stage; returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    parser = Parser(prog="./run demo", description="演示镇禾澄镇：从工作簿到报告，再打开网页。")
    parser.add_argument("--no-serve", action="store_true", help="做完即止，不启动网页")
    parser.add_argument("--anew", action="store_true", help="丢弃已有的演示台账，从头再做")
    args = parser.parse_args(argv)
    try:
        open_ledger()
        status = _run(anew=args.anew)
        if args.no_serve or status == 2:
            return status
        return _serve(status)
    except Refused as error:
        return _could_not(*map(str, error.problems), error.message)
    except DomainError as error:
        return _could_not(error.message)
    except KeyboardInterrupt:
        return _could_not("已中断。再运行一次即从头重做。")


def _run(*, anew: bool) -> int:
    from demo.driver import PlanMissed
    from demo.making import NotOurs
    from youju.cli.context import console

    demo = Demo(console(), anew)
    started = time.monotonic()
    try:
        for number, (title, stage) in enumerate(STAGES, 1):
            demo.out.print(f"\n[{number}/{len(STAGES)}] {title}")
            stage(demo)
    except (NotOurs, PlanMissed) as error:
        return _could_not(str(error))
    demo.out.print()
    for what, path in demo.paths:
        demo.out.print(f"{what}：{path}", soft_wrap=True)
    demo.out.print(f"用时{time.monotonic() - started:.0f}秒。接着可以：")
    for line in NEXT:
        demo.out.print(f"  {line}", soft_wrap=True)
    return 1 if demo.wrong else 0


def _serve(status: int) -> int:
    """Let the people in and serve the pages; the status is the stages' own."""
    from demo import serving
    from youju.cli.context import console

    out = console()
    out.print("\n账号")
    serving.open_accounts(out)
    serving.serve_pages()
    return status


def _could_not(*lines: str) -> int:
    for line in lines:
        print(line, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
