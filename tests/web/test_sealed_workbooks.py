"""The page of a batch whose workbook names people: handed out to who may import, and after its date told as erased."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.town import SHIPPED, measure_units
from tests.web.workbooks import content
from tests.web.world import NOW, World, clock_at_now
from youju.actions import clock, erasing, registers, uploads
from youju.actions.queue import Worker
from youju.actions.working import Loop
from youju.specs.catalog import load_catalog
from youju.store.models import Batch, Upload

ROWS = (("矛盾纠纷调解台账",), ("案号", "受理日期", "纠纷类型", "当事人"))
GOOD, BAD = ("1", "2024-04-20", "邻里", "欧阳待测"), ("2", "2024-13-45", "邻里", "司马待测")


@pytest.fixture(autouse=True)
def at_now() -> Iterator[None]:
    with clock_at_now():
        yield


@pytest.fixture(scope="module")
def disputes(world: World) -> World:
    """The world with a register that asks for names."""
    with clock_at_now():
        found = load_catalog(SHIPPED, None, measure_units()).catalog.registers["disputes"]
        registers.sync([found], by=world.who["system"], unit=world.unit["示范县"])
    return world


@pytest.fixture
def recorder(client_of: Callable[[str], Client], disputes: World) -> Client:
    return client_of("recorder")


def imported(client: Client, world: World, *rows: tuple[str, ...], partial: str = "") -> tuple[str, bytes]:
    """Bring a workbook, import it; the address of the upload, and its bytes."""
    data = content([*ROWS, *rows])
    form = {"unit": str(world.unit["东村"]), "register": "disputes", "once": str(uuid.uuid4())}
    file = SimpleUploadedFile("纠纷.xlsx", data)
    url = client.post("/imports", {**form, "file": file}).headers["Location"]
    assert client.post(f"{url}/commit", {"once": str(uuid.uuid4()), "partial": partial}).status_code == 302
    Loop(Worker("test"), threading.Event(), once=True).run()
    return url, data


def text(client: Client, url: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", unescape(client.get(url).content.decode())))


def test_it_is_handed_out_as_it_came_to_who_may_import_and_then_erased(
    recorder: Client, client_of: Callable[[str], Client], disputes: World
) -> None:
    _, data = imported(recorder, disputes, GOOD)
    batch = Batch.unscoped.get(file_name="纠纷.xlsx")
    here = f"/imports/batches/{batch.uid}"
    page = text(recorder, here)
    assert "原工作簿含个人信息，已加密保存，2027-05-01起按规定删除" in page
    assert "下载原工作簿" in page
    answer = recorder.get(f"{here}/file")
    assert b"".join(answer) == data
    assert "attachment" in answer.headers["Content-Disposition"]
    reviewer = client_of("reviewer")  # sees the batch, may not import
    assert "下载原工作簿" not in text(reviewer, here)
    assert reviewer.get(f"{here}/file").status_code in (403, 404)

    with clock.at(NOW + timedelta(days=3 * 366 + 30)):
        by, unit = disputes.who["security"], disputes.unit["示范县"]
        assert erasing.erase_due(unit, by=by, reason="期满", basis="档案保管期限表").workbooks == 1
    page = text(recorder, here)
    assert "原工作簿已按规定删除" in page
    assert "档案保管期限表" in page
    assert "下载原工作簿" not in page
    refused = recorder.get(f"{here}/file")
    assert refused.status_code == 422
    assert "已于2027-" in unescape(refused.content.decode())


def test_what_was_imported_whole_waits_no_longer(recorder: Client, disputes: World) -> None:
    url, _ = imported(recorder, disputes, ("3", *GOOD[1:]))
    upload = Upload.unscoped.get(uid=url.rsplit("/", 1)[1])
    assert not uploads.place_of(upload.uid).exists()
    assert "已导入1行" in text(recorder, url)
    assert recorder.get(f"{url}/refused").status_code == 404


def test_refused_rows_wait_for_their_owner_and_no_longer_than_said(recorder: Client, disputes: World) -> None:
    url, _ = imported(recorder, disputes, ("4", *GOOD[1:]), BAD, partial="1")
    upload = Upload.unscoped.get(uid=url.rsplit("/", 1)[1])
    assert "下载未导入的1行" in text(recorder, url)
    assert recorder.get(f"{url}/refused").status_code == 200
    Upload.unscoped.filter(pk=upload.pk).update(at=upload.at - uploads.KEPT - timedelta(hours=1))
    uploads.sweep()
    assert not Upload.unscoped.filter(pk=upload.pk).exists()
    assert recorder.get(url).status_code == 404


def test_a_worker_killed_before_the_end_leaves_it_to_the_sweep(recorder: Client, disputes: World) -> None:
    url, data = imported(recorder, disputes, ("5", *GOOD[1:]))
    place = uploads.place_of(uuid.UUID(url.rsplit("/", 1)[1]))
    place.write_bytes(data)
    assert uploads.sweep() == 1
    assert not place.exists()
