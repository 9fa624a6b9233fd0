"""What the product's own code may not contain, read from its syntax trees: each absence is what a row of docs/security/asvs.md rests on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.supply.locked import packages

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ROOT / "youju"
SCRIPTS = sorted((PRODUCT / "web" / "static").glob("*.js"))
TEMPLATES = sorted((PRODUCT / "web").rglob("*.html"))


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of the product by its path."""
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(PRODUCT.rglob("*.py"))
        if "migrations" not in path.parts
    }


@cache
def imported() -> tuple[tuple[str, str], ...]:
    """Module path and what it imports, in full."""
    return tuple(_imports())


def _imports() -> Iterator[tuple[str, str]]:
    """Module path and what it imports, in full."""
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from ((path, each.name) for each in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((path, f"{node.module}.{each.name}") for each in node.names)


@cache
def calls() -> list[tuple[str, str, ast.Call]]:
    """Module path, the called name as written ("" for what has none), and the call."""
    return [
        (path, _name(node.func), node)
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    ]


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return f"{_name(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ""


def users_of(*names: str) -> set[str]:
    """The modules that import one of these, or something inside of it."""
    return {
        path
        for path, what in imported()
        if any(what == name or what.startswith(name + ".") for name in names)
    }


@pytest.mark.parametrize(
    ("what", "modules", "package"),
    [
        ("mail", ("smtplib", "imaplib", "poplib", "django.core.mail"), "aiosmtplib"),
        ("directories", ("ldap", "ldap3"), "ldap3"),
        ("memory caches", ("memcache", "pymemcache", "redis", "django.core.cache.backends.memcached"), "pymemcache"),
        ("calls to other servers", ("http.client", "urllib.request", "requests", "httpx", "aiohttp", "ftplib", "xmlrpc", "telnetlib"), "httpx"),
        ("WebSockets", ("websockets", "channels", "wsproto"), "websockets"),
        ("GraphQL", ("graphene", "strawberry", "ariadne", "graphql"), "graphene"),
        ("self-contained tokens", ("jwt", "jose", "authlib", "django.core.signing", "itsdangerous"), "pyjwt"),
        ("log-in by another service", ("allauth.socialaccount", "allauth.idp", "saml2", "onelogin", "oauthlib"), "oauthlib"),
        ("telephone messages", ("twilio", "phonenumbers"), "twilio"),
        ("objects made from bytes", ("pickle", "marshal", "shelve", "dill", "joblib", "jsonpickle"), "jsonpickle"),
        ("guessable chance", ("random",), ""),
        ("LaTeX", ("pylatex", "latex"), "pylatex"),
        ("keys of one's own for others to check", ("cryptography.hazmat.primitives.asymmetric",), ""),
        ("transport security of one's own", ("ssl", "OpenSSL"), "pyopenssl"),
        ("XPath from words", ("lxml.etree.XPath", "lxml.etree.ETXPath"), ""),
    ],
)  # fmt: skip
def test_the_product_has_nothing_of(what: str, modules: tuple[str, ...], package: str) -> None:
    assert users_of(*modules) == set(), what
    assert package not in {each.name for each in packages() if each.use == "runtime"}, what


def test_sockets_are_opened_to_look_for_a_free_port_and_for_nothing_else() -> None:
    assert users_of("socket") == {"youju/actions/queue.py", "youju/cli/serve.py"}
    opened = {
        (path, name)
        for path, name, _ in calls()
        if name.startswith("socket.") and name != "socket.gethostname"
    }
    assert opened == {("youju/cli/serve.py", "socket.socket")}


def test_no_code_is_made_from_text() -> None:
    made = {
        (path, name)
        for path, name, _ in calls()
        if name in ("eval", "exec", "compile", "__import__", "globals")
    }
    assert made == set()
    loads = {
        (path, ast.unparse(call))
        for path, name, call in calls()
        if name in ("yaml.load", "yaml.unsafe_load", "yaml.full_load")
    }
    assert {path for path, _ in loads} == {"youju/specs/terms.py"}  # with a SafeLoader that keeps lines
    assert all("Loader=_Loader" in text for _, text in loads)


def test_programs_are_started_from_lists_of_words_and_never_by_a_shell() -> None:
    started = [
        (path, name, call)
        for path, name, call in calls()
        if name.startswith(("subprocess.", "os.system", "os.popen", "os.exec", "os.spawn"))
    ]
    assert {path for path, _, _ in started} <= {
        "youju/actions/backups.py", "youju/cli/working.py", "youju/office/child.py", "youju/office/text/doc.py",
        "youju/actions/restoring.py",
    }  # fmt: skip
    for path, name, call in started:
        assert name in ("subprocess.run", "subprocess.Popen"), (path, name)
        assert not any(word.arg == "shell" for word in call.keywords), path
        assert isinstance(call.args[0], ast.List | ast.Name), path


def test_no_statement_is_put_together_from_words_of_a_person() -> None:
    """Nothing asks past Django's queries but static statements; where a name stands in one, it is of our own tables."""
    assert {
        (path, name) for path, name, _ in calls() if name.endswith((".raw", ".extra")) and "form" not in name
    } == set()
    assert users_of("django.db.models.expressions.RawSQL") == set()
    direct = {path for path, name, _ in calls() if re.search(r"(cursor|here)\.execute(many)?$", name)}
    assert direct <= {
        "youju/actions/backups.py", "youju/store/sql/__init__.py", "youju/store/form.py", "youju/store/durability.py",
        "youju/store/bulk.py", "youju/actions/restoring.py", "youju/store/triggers.py",
    }  # fmt: skip
    assert not any(path.startswith(("youju/web", "youju/api")) for path in direct)


def test_markup_is_vouched_for_in_few_places() -> None:
    vouched = {path for path, name, _ in calls() if name in ("mark_safe", "SafeString")}
    assert vouched <= {
        "youju/web/components/tables.py", "youju/web/components/tags.py", "youju/web/pages/audits/marked.py",
        "youju/web/pages/imports/grid.py", "youju/web/pages/reports/parts.py", "youju/web/pages/reports/finals.py",
        "youju/web/components/charts.py", "youju/web/pages/overview/views.py",
    }  # fmt: skip
    unescaped = {
        path.name
        for path in TEMPLATES
        if re.search(r"\|\s*safe\b|autoescape off", path.read_text(encoding="utf-8"))
    }
    assert unescaped == {"activate.html"}  # the code to photograph, drawn by allauth


def test_hashes_and_ciphers_are_the_approved_ones() -> None:
    digests = {name for _, name, _ in calls() if name.startswith("hashlib.")}
    assert not users_of("hashlib.md5", "hashlib.sha1", "hashlib.new")
    assert digests <= {"hashlib.sha256", "hashlib.file_digest"}
    ciphers = {what for _, what in imported() if what.startswith("cryptography.")}
    assert ciphers <= {
        "cryptography.exceptions.InvalidTag",
        "cryptography.hazmat.primitives.ciphers.aead.AESGCM",
        "cryptography.hazmat.primitives.hashes.SHA256",
        "cryptography.hazmat.primitives.kdf.hkdf.HKDF",
    }


def test_every_reader_of_xml_is_told_to_fetch_and_resolve_nothing() -> None:
    readers = [(path, call) for path, name, call in calls() if name.endswith(("XMLParser", "iterparse"))]
    assert len(readers) >= 5
    for path, call in readers:
        told = {word.arg: ast.unparse(word.value) for word in call.keywords}
        assert told.get("resolve_entities") == "False", path
        assert told.get("no_network") == "True", path
    assert users_of("xml.etree", "xml.sax", "xml.dom") == set()


def test_a_pattern_is_never_made_from_words_without_quoting_them() -> None:
    """Inside of functions a pattern is a literal, a constant, or has its parts quoted."""
    made = re.compile(r"re\.(?:compile|search|match|fullmatch|sub|split|findall|finditer)$")
    for path, tree in trees().items():
        if not path.startswith(("youju/web", "youju/api", "youju/actions", "youju/store")):
            continue
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        for call in (node for each in functions for node in ast.walk(each) if isinstance(node, ast.Call)):
            if made.match(_name(call.func)):
                first = call.args[0]
                named = isinstance(first, ast.Constant) or (
                    isinstance(first, ast.Name) and first.id.isupper()
                )
                assert named or "re.escape" in ast.unparse(first), (path, ast.unparse(call))


def test_no_format_string_comes_from_a_person() -> None:
    """What is formatted is a literal or a refusal's own sentence."""
    formatted = {
        (path, ast.unparse(call.func))
        for path, name, call in calls()
        if name.endswith((".format", ".format_map"))
    }
    allowed = re.compile(
        r"^(?:['\"f(].*|\w*(?:text|TEXT|drop|sentence|pattern|words|said|title|_\w+)\w*\.format.*|self\.text\.format_map|[A-Z_]+(?:\[.*\])?\.format)$",
        re.DOTALL,
    )
    from_people = {
        pair
        for pair in formatted
        if pair[0].startswith(("youju/web", "youju/api")) and not allowed.match(pair[1])
    }
    assert from_people == set()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_run_no_text_and_hear_no_other_window(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("//")
    assert '"use strict"' in text
    assert not re.search(
        r"\beval\(|new Function|document\.write|outerHTML|insertAdjacentHTML|postMessage|WebSocket|jsonp|__proto__|https?:",
        text,
    )
    # One fragment of our own, rendered and escaped by the server.
    assert len(re.findall(r"innerHTML\s*=(?!=)", text)) == (1 if path.name == "audit.js" else 0)
    assert not re.search(r"(?:localStorage|sessionStorage)\.setItem\((?!key\b|done\b)", text)


def test_no_file_name_of_a_person_makes_a_path() -> None:
    """Uploads and evidence lie under names of ours; the one place that uses a person's name strips it to a bare name first."""
    from youju.office.spooling import safe_name

    for name in (
        "../../etc/passwd",
        "..\\..\\win.ini",
        "/etc/passwd",
        "C:\\x\\y.docx",
        "a\0b.txt",
        "x\r\ny.txt",
        "..",
        ".",
    ):
        safe = safe_name(name, "文件")
        assert "/" not in safe
        assert "\\" not in safe
        assert "\0" not in safe
        assert safe not in ("", ".", "..")


def test_the_service_and_the_image_bring_nothing_but_the_product() -> None:
    image = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
    copied = re.findall(r"^COPY (\S+)", image, re.MULTILINE)
    assert copied == [
        "requirements/runtime.lock",
        "youju",
        "catalog",
        "docs/api",
    ]  # no .git, no tests, no demo
    assert "--require-hashes" in image
    assert re.search(r"^USER youju$", image, re.MULTILINE)
    service = (ROOT / "deploy" / "youju.service").read_text(encoding="utf-8")
    for line in (
        "User=youju",
        "ProtectSystem=strict",
        "NoNewPrivileges=true",
        "UMask=0077",
        "CapabilityBoundingSet=",
        "--host 127.0.0.1",
    ):
        assert line in service
