"""Handing a list out as .xlsx or .csv: `?as=xlsx` on a list's address. Every page that exports does it here.

`{% table %}` notes what a page lists and puts the links under it; a page that lists by parts asks `part` how much is wanted.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import get_args

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.html import strip_tags

from youju.office.export import Listing, Value
from youju.office.handing_out import MEDIA, MOST, Form, attachment, hand_out
from youju.web.asking import Asked
from youju.web.components.tables import Table, offset_in

XLSX = MEDIA["xlsx"]


def asked_for(request: HttpRequest) -> Form | None:
    """The form of an export that the address asks for, None for the page itself."""
    wanted = request.GET.get("as", "")
    return wanted if wanted in get_args(Form) else None  # type: ignore[return-value]


def part(request: HttpRequest, size: int) -> tuple[int, int]:
    """Where the part of a long list begins and how many lines it has: one page, or for an export the whole list."""
    return (0, MOST) if asked_for(request) else (offset_in(request.GET.get("offset", ""), size), size)


def handed_out(listing: Listing, form: Form) -> FileResponse | StreamingHttpResponse:
    """The list as a file to keep, never shown in the browser."""
    file = hand_out(listing, form)
    kind = FileResponse if form == "xlsx" else StreamingHttpResponse
    answer: FileResponse | StreamingHttpResponse = kind(file.pieces, content_type=file.media)
    answer["Content-Disposition"] = file.disposition
    return answer


def file_of(request: Asked, table: Table) -> HttpResponseBase | None:
    """The file of a list that was fetched whole by `part`; None when the page itself is asked for."""
    form = asked_for(request)
    remark = f"{request.today}由{request.member.name}导出，只含其授权范围内的内容"
    return handed_out(listing_of(table, remark), form) if form else None


def of_page(request: Asked, answer: HttpResponseBase) -> HttpResponseBase:
    """The file that the address asks for instead of the page that was just made; the page when it lists nothing such."""
    wanted = request.GET.get("list", "")
    place = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 4 else 0
    if (
        not isinstance(answer, HttpResponse)
        or answer.status_code != 200
        or not 1 <= place <= len(request.listed)
    ):
        return answer
    return file_of(request, request.listed[place - 1]) or answer


def kept_file(pieces: Iterator[bytes], name: str) -> StreamingHttpResponse:
    """A file as it was brought, to keep under its own name; never shown in the browser, whatever it is."""
    answer = StreamingHttpResponse(pieces, content_type="application/octet-stream")
    answer["Content-Disposition"] = attachment(name)
    return answer


def listing_of(table: Table, remark: str = "") -> Listing:
    """What a page's table shows, without its markup."""
    headings = [column.title for column in table.columns]
    return Listing(table.caption, headings, ([plain(cell) for cell in row] for row in table.rows), remark)


def plain(cell: object) -> Value:
    """A cell's value; of markup, its text."""
    if hasattr(cell, "__html__"):
        return html.unescape(strip_tags(str(cell))).strip()
    return cell if cell is None or isinstance(cell, Value) else str(cell)
