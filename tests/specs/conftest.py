from pathlib import Path

import pytest

from tests.specs.files import FILES, Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A catalog without a mistake."""
    made = Folder(tmp_path / "catalog")
    for name, text in FILES.items():
        made.write(name, text)
    return made
