"""Lists as a table: .csv and .xlsx of whatever is listed as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import FileResponse, StreamingHttpResponse

from youju.office.export import Listing, Value
from youju.office.handing_out import MOST, Form, hand_out

__all__ = ["MOST", "Form", "handed_out"]


def handed_out(
    form: Form, title: str, headings: Sequence[str], rows: Iterable[Sequence[Value]], remark: str = ""
) -> FileResponse | StreamingHttpResponse:
    """The list as a file."""
    file = hand_out(Listing(title, headings, rows, remark), form)
    kind = FileResponse if form == "xlsx" else StreamingHttpResponse
    answer: FileResponse | StreamingHttpResponse = kind(file.pieces, content_type=file.media)
    answer["Content-Disposition"] = file.disposition
    return answer
