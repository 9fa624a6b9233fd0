"""Photos as pages show them: decoded and written anew, so that nothing but the picture is left of the file."""

from __future__ import annotations

import base64
import io
import warnings
from pathlib import Path

from youju.core.problem import DomainError
from youju.office.child import Json, run_limited

SIDE = 1600  # pixels of the longer side; enough to read a notice on a photo of it
MOST_PIXELS = 60_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"})


class BadPicture(DomainError):
    """What is brought as a photo is none, is cut off, or is larger than any camera's."""

    code = "picture.bad"
    text = "“{file}”不是完整的照片，或超过6000万像素，没有保存。请在手机或电脑上打开看看是否完好，缩小或另存后再上传。"


class NotAPicture(DomainError):
    """The file is no photo that can be shown."""

    code = "picture.unreadable"
    text = "“{file}”不是可以显示的图片，或图片已损坏。请下载原件查看。"


def preview(path: Path, name: str) -> bytes:
    """A .jpg of the picture, at most SIDE pixels wide and high, upright, without any metadata.

    raises  NotAPicture, and what run_limited raises
    """
    answer = run_limited("picture", path, name=name, cpu_seconds=10, memory_mb=1024)
    return base64.b64decode(str(answer))


def picture_task(path: Path, *, name: str) -> Json:
    """`preview` for the child."""
    written = _anew(path)
    if written is None:
        raise NotAPicture(file=name)
    return base64.b64encode(written).decode()


def check_picture(path: Path, name: str) -> None:
    """In the child: that the file is a whole picture which can be shown. Raises BadPicture."""
    if _anew(path) is None:
        raise BadPicture(file=name)


def _anew(path: Path) -> bytes | None:
    """The picture written anew, without metadata; None when it cannot be decoded."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(path, formats=FORMATS) as picture:
            picture.draft("RGB", (SIDE, SIDE))  # a large .jpg is decoded at a fraction of its size
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((SIDE, SIDE))
            written = io.BytesIO()
            Image.frombytes("RGB", upright.size, upright.tobytes()).save(written, "JPEG", quality=82)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        return None
    return written.getvalue()
