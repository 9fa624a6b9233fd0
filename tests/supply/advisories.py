"""Known faults of the locked packages, from files that somebody fetched: OSV or PyPA advisories, JSON or YAML, in a folder or a .zip.

Nothing is fetched here. Without data, or with data older than 30 days, the answer is 未知 and never "clean".
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from packaging.version import InvalidVersion, Version

from tests.supply.locked import Package, normal

OLDEST_DAYS = 30
KNOWN, UNKNOWN, NONE = 1, 2, 0


@dataclass(frozen=True, slots=True)
class Hit:
    """An advisory that fits a locked version."""

    package: Package
    id: str
    fixed: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the data says. `newest` is the day of its latest advisory, None without any."""

    hits: tuple[Hit, ...]
    read: int
    newest: date | None

    def status(self, today: date) -> int:
        """1 with hits; 2 when that is not known; 0 only with data of the last 30 days that has none."""
        if self.hits:
            return KNOWN
        return NONE if self.newest and (today - self.newest).days <= OLDEST_DAYS else UNKNOWN

    def lines(self, today: date) -> Iterator[str]:
        """What is printed."""
        for hit in self.hits:
            fixed = f"，{hit.fixed} 起已修复" if hit.fixed else "，尚无修复版本"
            yield f"{hit.package.name} {hit.package.version}（{hit.package.use}）：{hit.id}{fixed}"
        if self.newest is None:
            yield "未知：没有漏洞数据。请下载 OSV 或 PyPA 漏洞库，再运行 ./run supply advisories 路径。"
            return
        age = (today - self.newest).days
        yield f"已比对 {self.read} 条漏洞公告，数据截至 {self.newest}（{age} 天前），命中 {len(self.hits)} 条。"
        if age > OLDEST_DAYS:
            yield f"未知：数据已超过 {OLDEST_DAYS} 天，此后公布的漏洞不在其中。"


def matched(advisories: Iterable[dict[str, Any]], locked: Iterable[Package]) -> Answer:
    """Compare the locked packages with advisories in the OSV form; withdrawn ones count for the age alone."""
    by_name: dict[str, list[Package]] = {}
    for package in locked:
        by_name.setdefault(package.name, []).append(package)
    hits: list[Hit] = []
    read, newest = 0, None
    for advisory in advisories:
        read += 1
        day = datetime.fromisoformat(str(advisory["modified"])).date()
        newest = max(newest or day, day)
        if advisory.get("withdrawn"):
            continue
        for affected in advisory.get("affected", ()):
            about = affected.get("package", {})
            if about.get("ecosystem") != "PyPI":
                continue
            for package in by_name.get(normal(str(about.get("name", ""))), ()):
                fits, fixed = _fits(Version(package.version), affected)
                if fits:
                    hits.append(Hit(package, str(advisory["id"]), fixed))
    return Answer(tuple(sorted(set(hits), key=lambda each: (each.package, each.id))), read, newest)


def read_from(place: Path) -> Iterator[dict[str, Any]]:
    """Every advisory of a folder or a .zip; files that are none are passed over."""
    if place.is_dir():
        for path in sorted(place.rglob("*")):
            if path.suffix in {".json", ".yaml", ".yml"}:
                yield from _advisory(path.suffix, path.read_bytes())
    else:
        with zipfile.ZipFile(place) as archive:
            for name in sorted(archive.namelist()):
                yield from _advisory(Path(name).suffix, archive.read(name))


def _advisory(suffix: str, content: bytes) -> Iterator[dict[str, Any]]:
    try:
        said = json.loads(content) if suffix == ".json" else yaml.safe_load(content)
    except (ValueError, yaml.YAMLError):
        return
    if isinstance(said, dict) and "affected" in said and "modified" in said and "id" in said:
        yield said


def _fits(version: Version, affected: dict[str, Any]) -> tuple[bool, str]:
    """Whether the version is affected, and the first version that is not any more."""
    fixed = ""
    inside = str(version) in {_plain(each) for each in affected.get("versions", ())}
    for span in affected.get("ranges", ()):
        if span.get("type") not in ("ECOSYSTEM", "SEMVER"):
            continue
        since: Version | None = None
        for event in span.get("events", ()):
            if "introduced" in event:
                since = Version("0") if event["introduced"] == "0" else _version(event["introduced"])
            elif since is not None:
                end = _version(event.get("fixed") or event.get("last_affected") or "")
                if end is None:
                    continue
                within = since <= version < end if "fixed" in event else since <= version <= end
                if within:
                    inside, fixed = True, str(event.get("fixed", ""))
                since = None
        if since is not None and version >= since:
            inside = True  # introduced and never fixed
    return inside, fixed


def _version(text: object) -> Version | None:
    try:
        return Version(str(text))
    except InvalidVersion:
        return None


def _plain(text: object) -> str:
    found = _version(text)
    return str(found) if found else str(text)
