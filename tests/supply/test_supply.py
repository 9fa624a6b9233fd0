"""The parts list, the licences and the search for secrets are current; known faults are never called none without data."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path

import pytest

from tests.supply import advisories, licences, sbom, secrets
from tests.supply.locked import ROOT, Package, fonts, packages
from tests.tracked import HOST, tracked_files

TODAY = date(2026, 11, 26)
LOCKED = [Package("django", "5.2.19", "runtime"), Package("pillow", "13.0.0", "runtime")]


def advisory(
    name: str = "Django", *events: dict[str, str], modified: str = "2026-11-20T10:00:00Z", **more: object
) -> dict[str, object]:
    spans = [{"type": "ECOSYSTEM", "events": list(events)}]
    affected = [{"package": {"ecosystem": "PyPI", "name": name}, "ranges": spans, **more}]
    return {"id": "PYSEC-1", "modified": modified, "affected": affected}


def test_the_pages_are_those_of_the_locks() -> None:
    """After a change of a lock: ./run supply."""
    assert licences.PAGE.read_text(encoding="utf-8") == licences.page()
    assert sbom.FILE.read_text(encoding="utf-8") == sbom.text()


def test_the_parts_list_has_every_pin_once_and_no_address_of_an_index() -> None:
    text = sbom.text()
    listed = json.loads(text)
    assert (listed["bomFormat"], listed["specVersion"]) == ("CycloneDX", "1.6")
    urls = [each["purl"] for each in listed["components"] if "purl" in each]
    assert len(urls) == len(set(urls))
    assert {f"pkg:pypi/{each.name}@{each.version}" for each in packages()} < set(urls)
    assert {each["name"] for each in listed["components"]} >= {
        f"youju/office/fonts/{name}" for name, _ in fonts()
    }
    refs = {each["bom-ref"] for each in listed["components"]}
    assert set(listed["dependencies"][0]["dependsOn"]) <= refs
    assert all("licenses" in each for each in listed["components"] if each["type"] == "library")
    assert not HOST.search(text)
    assert text == sbom.text()


def test_every_licence_is_known_and_allowed() -> None:
    known = licences.recorded()
    assert {each.name for each in packages()} | set(licences.OTHERS) == set(known)
    assert {name: licence for name, licence in known.items() if licences.refused(licence)} == {}


@pytest.mark.parametrize(
    "licence", ["未知", "", "AGPL-3.0-only", "MIT AND Proprietary", "GPL-3.0-only", "SSPL-1.0"]
)
def test_other_licences_would_be_refused(licence: str) -> None:
    assert licences.refused(licence)


def test_a_choice_of_licences_needs_one_that_is_allowed() -> None:
    assert not licences.refused("GPL-3.0-only OR MIT")
    assert not licences.refused("(MIT AND BSD-3-Clause) OR GPL-2.0-only")
    assert licences.refused("GPL-3.0-only OR AGPL-3.0-only")


def test_what_a_package_states_is_what_is_recorded() -> None:
    known = licences.recorded()
    said = {each.name: licences.stated(each.name) for each in packages()}
    assert {
        name: (licence, known[name]) for name, licence in said.items() if licence not in ("", known[name])
    } == {}
    assert sum(bool(licence) for licence in said.values()) > 80


def test_browser_code_is_of_the_version_that_is_listed() -> None:
    import django_htmx

    shipped = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"
    assert f'version:"{licences.OTHERS["htmx.org"][0]}"' in shipped.read_text(encoding="utf-8")


# --- secrets ----------------------------------------------------------------------------------------------


def test_no_secret_is_tracked_or_ever_was() -> None:
    assert list(secrets.found_in(ROOT, tracked_files(ROOT))) == []
    assert secrets.ever_committed(ROOT) == []


@pytest.mark.parametrize(
    "line",
    [
        "-----BEGIN RSA PRIVATE " + "KEY-----",
        "aws = 'AKIA" + "Q3EGRLQX7ZPLMK2D'",
        "Authorization: Bearer youju_" + "Zk3" * 14 + "a",
        "DATABASE_URL=postgres://clerk:" + "h7Gd82kQ@db/youju",
        'SECRET_KEY = "' + "k9$2mQz81xPw77Lr" + '"',
    ],
)
def test_a_secret_would_be_found(line: str, tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text(f"x = 1\n{line}\n")
    assert [(name, at) for name, at, _ in secrets.found_in(tmp_path, ["settings.py"])] == [("settings.py", 2)]


@pytest.mark.parametrize(
    "line",
    [
        'password = "correct horse battery"',
        "token = secrets.token_urlsafe(32)",
        "url = 'https://example.com/a:b@c'",
    ],
)
def test_ordinary_lines_are_left_alone(line: str) -> None:
    assert list(secrets.looks_secret(line)) == []


# --- known faults -----------------------------------------------------------------------------------------


def test_without_data_nothing_is_called_clean() -> None:
    answer = advisories.matched([], LOCKED)
    assert answer.status(TODAY) == advisories.UNKNOWN
    assert list(answer.lines(TODAY)) == [
        "未知：没有漏洞数据。请下载 OSV 或 PyPA 漏洞库，再运行 ./run supply advisories 路径。"
    ]


def test_old_data_is_not_known_either_and_its_age_is_told() -> None:
    old = advisory("Django", {"introduced": "0"}, {"fixed": "5.2.1"}, modified="2024-10-01T00:00:00Z")
    answer = advisories.matched([old], LOCKED)
    assert answer.status(TODAY) == advisories.UNKNOWN
    said = "\n".join(answer.lines(TODAY))
    assert "数据截至 2024-10-01（786 天前）" in said
    assert "未知" in said


def test_fresh_data_without_a_hit_says_as_of_when() -> None:
    answer = advisories.matched([advisory("Django", {"introduced": "0"}, {"fixed": "5.2.1"})], LOCKED)
    assert answer.status(TODAY) == advisories.NONE
    assert list(answer.lines(TODAY)) == ["已比对 1 条漏洞公告，数据截至 2026-11-20（6 天前），命中 0 条。"]


@pytest.mark.parametrize(
    ("events", "hit"),
    [
        (({"introduced": "0"}, {"fixed": "5.2.20"}), True),
        (({"introduced": "0"}, {"fixed": "5.2.19"}), False),
        (({"introduced": "5.3"}, {"fixed": "5.4"}), False),
        (({"introduced": "4.2"}, {"fixed": "4.2.9"}, {"introduced": "5.2"}, {"fixed": "5.2.22"}), True),
        (({"introduced": "0"}, {"last_affected": "5.2.19"}), True),
        (({"introduced": "5.0"},), True),
    ],
)
def test_spans_of_versions(events: tuple[dict[str, str], ...], hit: bool) -> None:
    answer = advisories.matched([advisory("django", *events)], LOCKED)
    assert bool(answer.hits) is hit
    assert answer.status(TODAY) == (advisories.KNOWN if hit else advisories.NONE)


def test_names_versions_and_withdrawal() -> None:
    by_list = advisory("Pillow", versions=["12.0", "13.0.0"])
    assert [hit.package.name for hit in advisories.matched([by_list], LOCKED).hits] == ["pillow"]
    assert advisories.matched([{**by_list, "withdrawn": "2026-11-21T00:00:00Z"}], LOCKED).hits == ()
    other = advisory("pillow", {"introduced": "0"})
    other["affected"][0]["package"]["ecosystem"] = "npm"  # type: ignore[index]
    assert advisories.matched([other], LOCKED).hits == ()


def test_advisories_come_from_a_folder_or_an_archive(tmp_path: Path) -> None:
    import yaml

    made = advisory("Django", {"introduced": "0"})
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.json").write_text(json.dumps(made))
    (tmp_path / "deep" / "b.yaml").write_text(yaml.safe_dump(made | {"id": "PYSEC-2"}))
    (tmp_path / "readme.json").write_text("{}")
    (tmp_path / "broken.yaml").write_text("a: [")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("x/a.json", json.dumps(made))
    assert [each["id"] for each in advisories.read_from(tmp_path)] == ["PYSEC-1", "PYSEC-2"]
    assert [each["id"] for each in advisories.read_from(tmp_path / "all.zip")] == ["PYSEC-1"]
