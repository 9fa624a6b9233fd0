"""A limit on what a browser may send, known before the first byte is taken."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

MOST_BYTES = 60_000_000  # the largest file that is read (50 MB), and the form around it


class CappedUpload(FileUploadHandler):
    """Refuses a body that says it is larger; stands before Django's own handlers, which keep what comes."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Raises RequestDataTooBig."""
        del input_data, META, boundary, encoding
        if content_length > MOST_BYTES:
            raise RequestDataTooBig

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass it on."""
        del start
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler has the file."""
        del file_size
