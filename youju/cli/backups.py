"""`youju backup`: everything in one file that proves itself."""

from __future__ import annotations

import argparse
from pathlib import Path

from youju.actions import backup_keys, backups
from youju.cli.context import print_json
from youju.cli.parsing import Subparsers


def register(commands: Subparsers) -> None:
    """The arguments of `backup`."""
    make = commands.add_parser("backup", help="备份台账与佐证材料")
    make.add_argument("file", type=Path, nargs="?", metavar="文件.tar.gz")
    make.add_argument("--with-key", action="store_true", help="连同个人信息和登录的密钥（须与数据同等保管）")
    make.add_argument(
        "--key",
        type=Path,
        action="append",
        default=[],
        metavar="密钥文件",
        help="加密备份；可写多次，恢复时缺一不可（例如系统、安全管理员各保管一个）",
    )
    make.add_argument(
        "--new-key", type=Path, metavar="密钥文件", help="生成一个新的密钥文件；单独使用时不备份"
    )
    make.add_argument("--json", action="store_true", help="输出 JSON")
    make.set_defaults(run=run_backup)


def run_backup(args: argparse.Namespace) -> int:
    """Make a key file, a backup, or both."""
    if args.new_key is not None:
        backup_keys.new_key(args.new_key)
        print(f"已生成密钥文件{args.new_key}。请另存一份（可打印），丢失后用它加密的备份无法恢复。")
    if args.file is None:
        if args.new_key is None:
            raise backups.NoTarget
        return 0
    keys = [*args.key, *([args.new_key] if args.new_key is not None else [])]
    done = backups.make(args.file.resolve(), with_key=args.with_key, keys=keys)
    if args.json:
        print_json({"head": done.head, "hash": done.hash, "files": len(done.files), "locked": bool(keys)})
        return 0
    locked = "，已加密" if keys else ""
    print(f"已备份到{args.file}{locked}：{len(done.files)}个文件。链头 #{done.head} {done.hash}")
    if not args.with_key:
        print(
            "备份中不含 personal.key 和 secret.key。请另行保管，恢复前放回数据目录，"
            "否则个人信息不能读出，动态码须重新绑定。"
        )
    return 0
