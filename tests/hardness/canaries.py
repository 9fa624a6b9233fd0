"""Words that must be nowhere: personal values, passwords and secrets through every way in (reference: G22, threat 25).

Each way takes a word of its own. Afterwards every page is read by everybody who may open it, every list in every form,
every log line, row and file of the ledger; what the interface says too. Only where a person must read it may it stand.
"""

from __future__ import annotations

import io
import logging
import threading
import uuid
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.hardness.proof import Found, Place, Proof
from tests.town import SHIPPED, measure_units
from tests.web import world as worlds
from tests.web.declared import NOBODY, address, as_it_was, is_placed, outcome, routes, without_quotas
from tests.web.program import BUSINESS, Program, issued
from tests.web.said import words_of
from tests.web.workbooks import content
from tests.web.world import CAST, PLACES, World, clock_at_now
from youju.actions import queue, registers, reviews, working
from youju.specs.catalog import load_catalog
from youju.store.models import Batch, Entry, Upload

PERSONAL = ("disputes", "nominations")  # the registers that ask for names
WAYS = 26  # so many words are hidden by `hide`


def prove(count: int, place: Place) -> Found:
    """Hide the words, `count` at least, and look for them."""
    lines: list[str] = []
    with place.new_ledger() as ledger, clock_at_now(), without_quotas(), listening(lines):
        world = worlds.build()
        found = load_catalog(SHIPPED, None, measure_units()).catalog.registers
        registers.sync(
            [
                each
                for each in found.values()
                if each.id in (*PERSONAL, "publicity-leaflets", "study-meetings")
            ],
            by=world.who["system"],
            unit=world.unit["示范县"],
        )
        hiding = Hiding(world)
        hiding.hide()
        words = hiding.words
        wrong = [f"only {len(words)} ways in"] if len(words) < count else []
        wrong += hiding.wrong
        looked: Counter[str] = Counter()
        readable = False
        for where, text in readings(world, looked):
            readable = readable or hiding.number in text
            wrong += [f"{way} at {where}" for word, way in words.items() if word in text]
        if not readable:  # what is no secret must be found, or the search finds nothing at all
            wrong.append("the number of a dispute is on no page")
        wrong += [f"{way} in a log line" for word, way in words.items() for line in lines if word in line]
        wrong += [f"{way} in {where}" for where, way in in_the_ledger(words, ledger.data)]
    told = ", ".join(f"{number} {what}" for what, number in looked.items())
    return Found(
        f"{len(words)} words by {len(words)} ways, {told}, {len(lines)} log lines: {len(wrong)} found",
        tuple(wrong),
    )


class Hiding:
    """The ways in.

    words  word → the way it took
    wrong  answers of the ways that repeat a word where it must not be
    number  of the first dispute, which is no secret
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.words: dict[str, str] = {}
        self.wrong: list[str] = []
        self.client = Client(raise_request_exception=False)
        self.client.force_login(world.login("recorder"))
        self.program = Program(issued(world, "recorder"))

    def word(self, way: str) -> str:
        """A new word."""
        made = f"欧阳翎{chr(0x4E8C + 37 * len(self.words))}{chr(0x7530 + 11 * len(self.words))}"
        self.words[made] = way
        return made

    def dispute(self, way: str, **changed: str) -> dict[str, str]:
        """The form of a dispute with a word for the parties."""
        said = {
            "number": uuid.uuid4().hex[:8],
            "accepted_on": "2024-04-20",
            "kind": "邻里",
            "parties": self.word(way),
        }
        return {**said, **changed}

    def send(self, path: str, form: dict[str, Any], *, shown: bool = False) -> Any:
        """A form of the pages; what it answers holds no word, unless the form is shown again to be mended."""
        answer = self.client.post(path, {"once": str(uuid.uuid4()), **form})
        said = words_of(answer)
        if not (shown and answer.status_code == 422):
            self.wrong += [f"{way} answered at {path}" for word, way in self.words.items() if word in said]
        return answer

    def hide(self) -> None:
        """All ways in that there are."""
        unit = self.world.uid["东村"]
        form = reverse("record_entry", args=["disputes", unit])
        made = self.send(form, {**self.dispute("a form"), "do": "submit"})
        assert made.status_code == 302, words_of(made)[-2000:]
        entry = made["Location"].rstrip("/").rsplit("/", 1)[1]
        self.send(
            form,
            {**self.dispute("a form with a wrong day", accepted_on="2024-13-45"), "do": "submit"},
            shown=True,
        )
        self.send(
            form, {**self.dispute("a form with a wrong choice", kind="没有"), "do": "submit"}, shown=True
        )
        self.send(form, {**self.dispute("a form without its number", number=""), "do": "submit"}, shown=True)
        self.send(form, {**self.dispute("a draft"), "do": "draft"})
        self.send(form, {**self.dispute("a change that waits"), "do": "adjust", "adjust": "漏报"}, shown=True)
        self.send(
            form, {**self.dispute("a wrong number of the form"), "do": "submit", "once": "x"}, shown=True
        )
        correct = reverse("entry_correct", args=[entry])
        number = self.number = self.numbered(entry)
        self.send(
            correct,
            {**self.dispute("a correction", number=number), "reason": "抄错", "seen": "1", "do": "submit"},
            shown=True,
        )
        self.send(
            correct,
            {**self.dispute("a stale correction", number=number), "reason": "抄错", "seen": "1"},
            shown=True,
        )
        household = {"kind": "户", "level": "县级", "recommended_on": "2024-04-20"}
        self.send(reverse("record_entry", args=["nominations", unit]), {**household, "household": self.word("another register"), "do": "submit"}, shown=True)  # fmt: skip
        self.workbooks()
        self.programs()
        self.others(entry)
        hand = self.world.who["leader"]
        waiting = Entry.unscoped.filter(register="disputes", unit_id=self.world.unit["东村"])
        reviews.confirm([each.pk for each in waiting if each.state == "pending"][:1], by=hand)

    def numbered(self, entry: str) -> str:
        """The number of a dispute."""
        kept = Entry.unscoped.select_related("current").get(uid=entry).current
        assert kept is not None
        return str(kept.values["number"])

    def workbooks(self) -> None:
        """An import, and one with faults; what waits to be imported is its owner's to look at."""
        head = ("案号", "受理日期", "纠纷类型", "当事人")
        for way, day in (("a workbook", "2024-04-20"), ("a workbook with faults", "2024-13-45")):
            data = content([("矛盾纠纷调解台账",), head, (uuid.uuid4().hex[:6], day, "邻里", self.word(way))])
            form = {"unit": str(self.world.unit["东村"]), "register": "disputes", "provider": ""}
            made = self.send(
                "/imports",
                {**form, "file": SimpleUploadedFile(f"{self.word(f'the name of {way}')}.xlsx", data)},
            )
            assert made.status_code == 302, words_of(made)[-1500:]
        for way, ending in (("an imported workbook", "xlsx"), ("an imported table of text", "csv")):
            rows = (head, (uuid.uuid4().hex[:6], "2024-04-20", "邻里", self.word(way)))
            data = content([("矛盾纠纷调解台账",), *rows]) if ending == "xlsx" else text_of(rows)
            self.imported(f"{way}.{ending}", data)
        broken = SimpleUploadedFile(f"{self.word('the name of a broken file')}.xlsx", b"PK\x03\x04 broken")
        self.send(
            "/imports", {"unit": str(self.world.unit["东村"]), "register": "", "file": broken}, shown=True
        )

    def imported(self, name: str, data: bytes) -> None:
        """A workbook brought, imported by the worker and downloaded again; its name holds no word."""
        form = {"unit": str(self.world.unit["东村"]), "register": "disputes", "provider": ""}
        made = self.send("/imports", {**form, "file": SimpleUploadedFile(name, data)})
        assert made.status_code == 302, words_of(made)[-1500:]
        before = [path for path in Path(settings.DATA_DIR).rglob("*") if path.is_file()]
        wrong = (
            [f"{name} is not found where it waits"]
            if not any(data == each.read_bytes() for each in before)
            else []
        )
        self.send(made["Location"] + "/commit", {"partial": "0"})
        working.Loop(queue.Worker("canaries"), threading.Event(), once=True).run()
        batch = Batch.unscoped.get(file_name=name)
        answer = self.client.get(reverse("batch_file", args=[batch.uid]))
        if b"".join(answer) != data:
            wrong.append(f"{name} does not come back as it was")
        self.wrong += wrong

    def programs(self) -> None:
        """The interface: an entry, a wrong one, a value in the wrong place, a secret that is none."""
        for way, changed in (
            ("the interface", {}),
            ("the interface with a wrong day", {"accepted_on": "2024-13-45"}),
        ):
            values = self.dispute(way, **changed)
            answer = self.program.post(
                "entries", {"register_id": "disputes", "unit": "东村", "values": values}, uuid.uuid4().hex
            )
            said = words_of(answer)
            self.wrong += [
                f"{each} answered by the interface" for word, each in self.words.items() if word in said
            ]
        wrong = {
            "register_id": "disputes",
            "unit": "东村",
            "values": {"parties": [self.word("a list for a text")]},
        }
        said = words_of(self.program.post("entries", wrong, uuid.uuid4().hex))
        said += words_of(Program(self.word("a false token")).get("units"))
        self.wrong += [
            f"{each} answered by the interface" for word, each in self.words.items() if word in said
        ]

    def others(self, entry: str) -> None:
        """Log-in, drafts to be checked, files: what is nobody's business but its owner's."""
        nobody = Client(raise_request_exception=False)
        nobody.post(
            reverse("account_login"), {"login": "recorder", "password": self.word("a wrong password")}
        )
        nobody.post(reverse("account_login"), {"login": self.word("a wrong account"), "password": "x"})
        text = f"发放宣传资料20份。{self.word('a text to be checked')}"
        self.client.post("/audits", {"once": str(uuid.uuid4()), "text": text})
        bad = SimpleUploadedFile(f"{self.word('the name of broken evidence')}.jpg", b"\xff\xd8\xff")
        self.client.post(f"/entries/{entry}/files", {"once": str(uuid.uuid4()), "files": bad})
        bomb = SimpleUploadedFile(f"{self.word('the name of a broken draft')}.pdf", b"%PDF-1.4\n%%EOF")
        self.client.post("/audits", {"once": str(uuid.uuid4()), "text": "", "file": bomb})
        self.client.get("/search", {"q": self.word("a search")})


def readings(world: World, looked: Counter[str]) -> Iterator[tuple[str, str]]:
    """What everybody may read: pages, lists as files, the interface; but not one's own uploads and drafts."""
    own = {"imports", "import_upload", "audits", "audit", "import_refused"}
    for account in (NOBODY, *CAST, "limited"):
        client = Client(raise_request_exception=False)
        if account:
            client.force_login(world.login(account))
        for route in routes():
            if "GET" not in route.methods or (account == "recorder" and route.name in own):
                continue
            if route.name.startswith(("mfa_", "account_")) and account:
                continue
            for place in PLACES if is_placed(world, route) else ("own",):
                if account != "limited" and outcome(world, route, "GET", account, place) != "open":
                    continue
                url = address(world, route, place)
                forms = [""]
                for form in forms:
                    with as_it_was():
                        answer = client.get(
                            url + (f"{'&' if '?' in url else '?'}form={form}" if form else "")
                        )
                        said = words_of(answer)
                    if form == "" and "form=" in said:
                        forms += ["csv", "xlsx"]
                    looked["pages"] += 1
                    yield f"{route.name} {form} as {account or 'nobody'}", said
                break
        if account in BUSINESS:
            yield from interface(world, account, looked)


def interface(world: World, account: str, looked: Counter[str]) -> Iterator[tuple[str, str]]:
    """Lists of the interface, and each dispute by itself."""
    program = Program(issued(world, account))
    asks: list[Callable[[], Any]] = [
        lambda form=form, path=path: program.get(path, **({"form": form} if form else {}))  # type: ignore[misc]
        for path in ("entries", "units", "reports")
        for form in ("", "csv", "xlsx")
    ]
    entries = Entry.unscoped.filter(register__in=PERSONAL).values_list("uid", flat=True)
    asks += [lambda uid=uid: program.get(f"entries/{uid}") for uid in entries]  # type: ignore[misc]
    for ask in asks:
        looked["answers of the interface"] += 1
        yield f"the interface as {account}", words_of(ask())
    client = Client()
    client.force_login(world.login(account))
    for uid in entries:
        looked["pages"] += 1
        yield f"an entry as {account}", words_of(client.get(reverse("entry", args=[uid])))


def in_the_ledger(words: dict[str, str], data: Path) -> Iterator[tuple[str, str]]:
    """Rows and files that hold a word in clear, where nobody has to read it from."""
    kept = {word: way for word, way in words.items() if way not in OWNERS_ALONE}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                said = "\n".join(str(value) for value in row)
                yield from ((f"table {table}", way) for word, way in kept.items() if word in said)
    uploads = {str(uid) for uid in Upload.unscoped.values_list("uid", flat=True)}
    for path in data.rglob("*"):
        if path.is_file() and path.name not in uploads and "sqlite3" not in path.name:
            held = unpacked(path.read_bytes())
            yield from ((path.name, way) for word, way in kept.items() if word.encode() in held)


def text_of(rows: Sequence[Sequence[str]]) -> bytes:
    """A table as a .csv file."""
    return "\n".join(",".join(row) for row in rows).encode()


def unpacked(held: bytes) -> bytes:
    """A file's bytes, and of a workbook those of what is packed in it: in the package itself no word can be seen."""
    if not zipfile.is_zipfile(io.BytesIO(held)):
        return held
    with zipfile.ZipFile(io.BytesIO(held)) as archive:
        return held + b"".join(archive.read(each) for each in archive.infolist())


# Kept for their owner, who alone may open them, for days: a text to be checked, the names of workbooks brought.
OWNERS_ALONE = {"a text to be checked", "the name of a workbook", "the name of a workbook with faults"}


@contextmanager
def listening(lines: list[str]) -> Iterator[None]:
    """Every line that any logger has to say, whatever its level."""

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.getMessage()} {record.exc_text or ''} {record.exc_info or ''}")

    root, keep = logging.getLogger(), Keep()
    before = root.level
    root.addHandler(keep)
    root.setLevel(logging.DEBUG)
    yield
    root.removeHandler(keep)
    root.setLevel(before)


PROOF = Proof(
    title="个人信息、密码和令牌不出现在日志、网页、导出和错误提示里",
    counted="ways in",
    prove=prove,
    full={"sqlite": WAYS},
    short={"sqlite": WAYS},
)
