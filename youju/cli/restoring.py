"""`youju restore`: a backup back into its place. Sets Django up itself: opening a ledger would make one there."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from youju.cli.parsing import Subparsers


def register(commands: Subparsers) -> None:
    """The arguments of `restore`."""
    back = commands.add_parser("restore", help="从备份恢复，并核验")
    back.add_argument("file", type=Path, metavar="文件.tar.gz")
    back.add_argument(
        "--key",
        type=Path,
        action="append",
        default=[],
        metavar="密钥文件",
        help="备份时所用的密钥文件，可写多次",
    )
    back.add_argument(
        "--replace", action="store_true", help="已有台账时，把它移到一旁保留，再恢复；须先停止服务"
    )
    back.add_argument("--even-if-wrong", action="store_true", help="备份中的台账核验不符时也恢复，供查看")
    back.add_argument("--finish", action="store_true", help=argparse.SUPPRESS)  # how `restore` asks its child
    back.add_argument("--json", action="store_true", help="输出 JSON")
    back.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Restore, bring the tables to this version, verify; exit status 1 when anything does not match."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youju.config.settings")
    import django

    django.setup()
    from youju.actions import restoring
    from youju.actions.backups import Backup
    from youju.cli.context import print_json

    if args.finish:
        from youju.cli.setting_up import check_triggers, open_ledger

        open_ledger()
        check_triggers()
        found = Backup(**json.loads(args.file.read_text(encoding="utf-8")))
        print_json(restoring.finish(found, anyway=args.even_if_wrong))
        return 0
    done = restoring.restore(
        args.file.resolve(), keys=args.key, replace=args.replace, anyway=args.even_if_wrong
    )
    backup, ok = done.backup, not done.findings
    if args.json:
        told = {"head": backup.head, "hash": backup.hash, "ok": ok, "seq": done.seq, "tokens": done.tokens}
        print_json({**told, "findings": done.findings, "aside": done.aside, "unchecked": done.unchecked})
        return 0 if ok else 1
    for finding in done.findings:
        print(finding)
    print(f"已恢复到台账#{backup.head}，{'核验全部相符' if ok else f'核验有{len(done.findings)}处不符'}。")
    print(f"链头 #{backup.head} {backup.hash}")
    print(f"恢复已记入台账#{done.seq}。原有登录会话全部失效，收回接口令牌{done.tokens}个，请重新签发。")
    print("备份之后收回的授权会重新生效，请安全管理员对照备份之后的授权变动逐项核对。")
    if done.unchecked:
        print("没有 personal.key，个人信息未核验，也不能读出。请把它放回数据目录，再运行 youju verify。")
    if done.aside:
        print(f"原有台账保留在：{done.aside}")
    return 0 if ok else 1
