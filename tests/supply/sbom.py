"""The parts list as CycloneDX 1.6: the same locks give the same bytes. No address of an index is in it, only package URLs."""

from __future__ import annotations

import json
from typing import Any

from tests.supply import licences
from tests.supply.locked import ROOT, asked_for, fonts, packages

FILE = ROOT / "docs" / "security" / "sbom.json"


def text() -> str:
    """The file's content."""
    known = licences.recorded()
    made = [
        _part(
            each.name,
            each.version,
            each.use,
            known.get(each.name, ""),
            f"pkg:pypi/{each.name}@{each.version}",
        )
        for each in packages()
    ]
    for name, (version, use, licence) in sorted(licences.OTHERS.items()):
        url = f"pkg:npm/{name}@{version}" if name == "htmx.org" else ""
        made.append(_part(name, version, use, licence, url))
    made += [
        {
            "type": "file",
            "bom-ref": f"file:{name}",
            "name": f"youju/office/fonts/{name}",
            "hashes": [{"alg": "SHA-256", "content": digest}],
        }
        for name, digest in fonts()
    ]
    refs = {each["name"]: each["bom-ref"] for each in made}
    listed = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "youju",
                "name": "youju",
                "version": _own_version(),
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": made,
        "dependencies": [{"ref": "youju", "dependsOn": sorted(refs[name] for name in asked_for())}],
    }
    return json.dumps(listed, ensure_ascii=False, indent=1) + "\n"


def _part(name: str, version: str, use: str, licence: str, url: str) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "library", "bom-ref": url or f"part:{name}", "name": name}
    if version:
        made["version"] = version
    # Tests and tools are not handed on with the product.
    made["scope"] = "required" if use == "runtime" else "excluded"
    simple = licence and " " not in licence and not licence.startswith("LicenseRef")
    if licence:
        made["licenses"] = [{"license": {"id": licence}}] if simple else [{"expression": licence}]
    if url:
        made["purl"] = url
    return made


def _own_version() -> str:
    import tomllib

    said: dict[str, dict[str, str]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return said["project"]["version"]
