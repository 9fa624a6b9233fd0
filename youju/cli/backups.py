"""`youju backup`: everything in one file that proves itself."""

from __future__ import annotations

import argparse
from pathlib import Path

from youju.actions import backups
from youju.cli.context import print_json
from youju.cli.parsing import Subparsers


def register(commands: Subparsers) -> None:
    """The arguments of `backup`."""
    make = commands.add_parser("backup", help="备份台账与佐证材料")
    make.add_argument("file", type=Path, metavar="文件.tar.gz")
    make.add_argument("--with-key", action="store_true", help="连同个人信息的密钥（须与数据同等保管）")
    make.add_argument("--json", action="store_true", help="输出 JSON")
    make.set_defaults(run=run_backup)


def run_backup(args: argparse.Namespace) -> int:
    """Make a backup."""
    done = backups.make(args.file.resolve(), with_key=args.with_key)
    if args.json:
        print_json({"head": done.head, "hash": done.hash, "files": len(done.files)})
    else:
        print(f"已备份到{args.file}：台账#{done.head}，{len(done.files)}个文件。台账头 {done.hash}")
        if not args.with_key:
            print("备份中不含个人信息的密钥。请另行保管 personal.key，否则恢复后个人信息不能读出。")
    return 0
