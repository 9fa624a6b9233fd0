"""Handing a list out as .xlsx or .csv: `?as=xlsx` on a list's address. Every page that exports does it here."""

from __future__ import annotations

import html
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.html import strip_tags

from youju.office.export import Listing, Value, write_csv, write_xlsx
from youju.web.components.tables import Table

Form = Literal["xlsx", "csv"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PIECE = 65_536
MOST = 50_000  # rows in one export; a longer list is narrowed down first


def asked_for(request: HttpRequest) -> Form | None:
    """The form of an export that the address asks for, None for the page itself."""
    wanted = request.GET.get("as", "")
    return wanted if wanted in get_args(Form) else None  # type: ignore[return-value]


def handed_out(listing: Listing, form: Form) -> HttpResponse | StreamingHttpResponse:
    """The list as a file to keep, never shown in the browser."""
    name = f"{listing.title}.{form}"
    if form == "csv":
        answer: HttpResponse | StreamingHttpResponse = StreamingHttpResponse(
            write_csv(listing), content_type="text/csv; charset=utf-8"
        )
    else:
        target = io.BytesIO()
        write_xlsx(listing, target)
        answer = HttpResponse(target.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = attachment(name)
    return answer


def attachment(name: str) -> str:
    """The header that makes a browser keep a file under this name."""
    return f"attachment; filename*=UTF-8''{quote(name.replace('/', '_'), safe='')}"


def kept_file(path: Path, name: str) -> StreamingHttpResponse:
    """A file as it was brought, to keep under its own name; never shown in the browser, whatever it is."""
    answer = StreamingHttpResponse(_pieces(path), content_type="application/octet-stream")
    answer["Content-Disposition"] = attachment(name)
    return answer


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def listing_of(table: Table, remark: str = "") -> Listing:
    """What a page's table shows, without its markup."""
    headings = [column.title for column in table.columns]
    return Listing(table.caption, headings, ([plain(cell) for cell in row] for row in table.rows), remark)


def plain(cell: object) -> Value:
    """A cell's value; of markup, its text."""
    if hasattr(cell, "__html__"):
        return html.unescape(strip_tags(str(cell))).strip()
    return cell if cell is None or isinstance(cell, Value) else str(cell)
