"""`./run supply [check | secrets | advisories 路径]`: without a word, writes docs/security/licences.md and sbom.json anew."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.supply import advisories, licences, sbom, secrets
from tests.supply.locked import ROOT, packages
from tests.tracked import tracked_files


def main(arguments: list[str]) -> int:
    """0: nothing found; 1: something; 2: it is not known, or the words are wrong."""
    match arguments:
        case []:
            licences.PAGE.write_text(licences.page(), encoding="utf-8")
            sbom.FILE.write_text(sbom.text(), encoding="utf-8")
            bad = [
                f"{name}：{licence}"
                for name, licence in licences.recorded().items()
                if licences.refused(licence)
            ]
            print(
                "\n".join(
                    [f"已写 {licences.PAGE.relative_to(ROOT)} 和 {sbom.FILE.relative_to(ROOT)}。", *bad]
                )
            )
            return 1 if bad else 0
        case ["secrets"]:
            found = [
                f"{name}:{line}: {words[:6]}…"
                for name, line, words in secrets.found_in(ROOT, tracked_files(ROOT))
            ]
            found += secrets.ever_committed(ROOT)
            print("\n".join(found) or "没有发现密钥、令牌或口令。")
            return 1 if found else 0
        case ["advisories", *places]:
            given = (each for place in places for each in advisories.read_from(Path(place)))
            answer = advisories.matched(given, packages())
            today = datetime.now(UTC).date()
            print("\n".join(answer.lines(today)))
            return answer.status(today)
    print("用法：./run supply [secrets | advisories 路径…]", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
