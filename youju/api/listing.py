"""Lists as a table: .csv and .xlsx of whatever is listed as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal
from urllib.parse import quote

from django.http import FileResponse, HttpResponse, HttpResponseBase

from youju.office.export import Listing, Value, write_csv, write_xlsx
from youju.office.spooling import spooled

Form = Literal["csv", "xlsx"]


def handed_out(
    form: Form, title: str, headings: Sequence[str], rows: Iterable[Sequence[Value]], remark: str = ""
) -> HttpResponseBase:
    """The list as a file. What a person typed stays text, no cell is ever calculated."""
    listing = Listing(title, headings, rows, remark)
    if form == "xlsx":
        return FileResponse(
            spooled(lambda target: write_xlsx(listing, target)), as_attachment=True, filename=f"{title}.xlsx"
        )
    answer = HttpResponse("".join(write_csv(listing)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}.csv"
    return answer
