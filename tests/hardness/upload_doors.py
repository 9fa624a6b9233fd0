"""The doors for uploads, as the web and the interface have them: each takes one file as a client sends it."""

from __future__ import annotations

import http.client
import io
import json
import re
import uuid
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from tests.hardness.serving import Answer, Person
from tests.web.world import VILLAGE_REGISTER, World
from youju.actions import tokens
from youju.core.problem import DomainError
from youju.office.picture import SUFFIXES
from youju.store.models import Entry

SCRIPT = b"<script>alert(1)"
FORM_ERRORS = (
    "请选择文件",
    "选择的文件是空的",
    "所提交的是空文件",
    "没有提交文件",
    "请选择不超过 10 MB",
    "未提交文件",
    "请选择",
    "文件名",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a door said.

    kept      it took the file
    seconds   set by who asks
    answers   the answer, and those to looking at what was kept
    wrong     what should not be, in words
    """

    kept: bool
    answers: tuple[Answer, ...]
    wrong: tuple[str, ...] = ()


Door = Callable[[str, bytes], Outcome]


def doors(world: World, port: int, recorder: Person, leader: Person) -> dict[str, Door]:
    """All of them, each with somebody who may go through it."""
    own = world.objects["entry"]["own"]
    other = Entry.unscoped.filter(unit_id=world.unit["东村"]).exclude(uid=own).order_by("pk")[0].uid
    unit = world.uid["东村"]
    secret = tokens.issue(
        "recorder",
        world.unit["东村"],
        "试",
        timezone.localdate() + timedelta(days=9),
        by=world.who["recorder"],
    ).secret
    bearer = {"Authorization": f"Bearer {secret}"}

    def entry(name: str, data: bytes) -> Outcome:
        said = {
            "do": "submit",
            "day": "2024-04-20",
            "count": "1",
            "place": uuid.uuid4().hex[:12],
            "reuse_reason": "再次使用",
        }
        answer = post(recorder, f"/record/{VILLAGE_REGISTER}/{unit}", said, "evidence", name, data)
        return looked(answer, recorder, entry_pages)

    def attach(name: str, data: bytes) -> Outcome:
        answer = post(recorder, f"/entries/{own}/files", {"reuse_reason": "再次使用"}, "files", name, data)
        return looked(answer, recorder, lambda where: ())

    def workbook(name: str, data: bytes) -> Outcome:
        said = {"unit": str(world.unit["东村"]), "register": "", "provider": ""}
        answer = post(recorder, "/imports", said, "file", name, data)
        return looked(answer, recorder, lambda where: (where,))

    def draft(name: str, data: bytes) -> Outcome:
        answer = post(recorder, "/audits", {"text": ""}, "file", name, data)
        return looked(answer, recorder, lambda where: (where, f"{where}/docx", f"{where}/json"))

    def template(name: str, data: bytes) -> Outcome:
        answer = post(leader, f"/reports/{world.objects['report']['own']}/filled", {}, "template", name, data)
        if answer.status == 200:
            zipfile.ZipFile(io.BytesIO(answer.body)).testzip()
        return looked(answer, leader, lambda where: ())

    def interface(name: str, data: bytes) -> Outcome:
        body, kind = multipart({"reuse_reason": "再次使用"}, "file", name, data)
        headers = {"Content-Type": kind, "Idempotency-Key": uuid.uuid4().hex, **bearer}
        answer = ask(recorder, "POST", f"/api/v1/entries/{other}/evidence", body, headers)
        wrong = () if answer.status in (201, 409, 413, 422) else (f"answered {answer.status}",)
        if answer.status != 201 and not wrong:
            said = json.loads(answer.body)
            wrong = () if re.search("[\u4e00-\u9fff]{4}.*。", said["detail"]) else ("no Chinese reason",)
        return Outcome(answer.status == 201, (answer,), wrong)

    def entry_pages(where: str) -> Iterator[str]:
        yield where
        page = recorder.ask("GET", where)
        for found in dict.fromkeys(re.findall(rf'href="({re.escape(where)}/files/[0-9a-f]+)"', page.text)):
            yield found
            if any(suffix in page.text.lower() for suffix in SUFFIXES):
                yield f"{found}/preview"

    return {
        "entry": entry,
        "attach": attach,
        "import": workbook,
        "draft": draft,
        "template": template,
        "api": interface,
    }


def looked(
    answer: Answer,
    person: Person,
    pages: Callable[[str], Iterator[str] | tuple[str, ...]],
    refused: tuple[int, ...] = (),
) -> Outcome:
    """The outcome, with a look at what was kept."""
    if answer.status not in (200, 302, 400, 413, 422):
        return Outcome(False, (answer,), (f"answered {answer.status}",))
    if answer.status >= 400:
        return Outcome(False, (answer,), tuple(refusal_faults(answer)))
    answers = [answer]
    wrong = []
    for address in pages(answer.headers.get("location", "")):
        shown = ask(person, "GET", address)
        answers.append(shown)
        wrong += [f"{address.partition('/')[0]}: {fault}" for fault in shown_faults(shown)]
    return Outcome(True, tuple(answers), tuple(wrong))


def refusal_faults(answer: Answer) -> Iterator[str]:
    """What is wrong with a refusal: no reason in Chinese, or words of the file that act."""
    if not any(words in answer.text for words in (*reasons(), *FORM_ERRORS, "内容过大", "请求无法识别")):
        yield f"{answer.status} without a reason"
    if SCRIPT in answer.body:
        yield "a script in the page"


def shown_faults(answer: Answer) -> Iterator[str]:
    """What is wrong with a page or file about something kept."""
    kind = answer.headers.get("content-type", "")
    if answer.status not in (200, 302, 404, 422):
        yield f"answered {answer.status}"
    if answer.headers.get("x-content-type-options") != "nosniff":
        yield "may be sniffed"
    if kind.startswith("text/html") and SCRIPT in answer.body:
        yield "a script in the page"
    is_page = kind.startswith(("text/html", "image/jpeg"))
    if (
        answer.status == 200
        and not is_page
        and "attachment" not in answer.headers.get("content-disposition", "")
    ):
        yield f"{kind} not as an attachment"
    if kind == "image/jpeg" and not (
        answer.body.startswith(b"\xff\xd8\xff\xe0\0\x10JFIF") and b"Exif" not in answer.body
    ):
        yield "a picture that was not written anew"


def reasons() -> list[str]:
    """The longest fixed words of every refusal there is."""
    if not _REASONS:
        waiting = [DomainError]
        while waiting:
            kind = waiting.pop()
            waiting += kind.__subclasses__()
            pieces = sorted(re.split(r"\{[^}]*\}", getattr(kind, "text", "")), key=len)
            if len(pieces[-1]) >= 6:
                _REASONS.append(pieces[-1].replace("“", "").split("”")[-1][:40])
    return _REASONS


_REASONS: list[str] = []


def post(person: Person, path: str, form: Mapping[str, str], field: str, name: str, data: bytes) -> Answer:
    """A form with one file, under the name that somebody wrote there."""
    body, kind = multipart({"once": str(uuid.uuid4()), **form}, field, name, data)
    return ask(person, "POST", path, body, {"Content-Type": kind})


def ask(
    person: Person,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One request. A server may answer and hang up before it has all of a body that is too large."""
    try:
        return person.ask(method, path, body, headers)
    except (BrokenPipeError, ConnectionResetError):
        if body is None or len(body) < 60_000_000:
            raise
        return Answer(413, {}, "内容过大".encode())
    except http.client.HTTPException as error:
        return Answer(599, {}, repr(error).encode())


def multipart(form: Mapping[str, str], field: str, name: str, data: bytes) -> tuple[bytes, str]:
    """A form's body with one file whose name is sent as it is, and the body's media type."""
    mark = uuid.uuid4().hex
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in form.items()
    ]
    head = f'--{mark}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
    parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + data)
    return b"".join((*parts, f"\r\n--{mark}--\r\n".encode())), f"multipart/form-data; boundary={mark}"
