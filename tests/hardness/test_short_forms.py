"""Every proof in its short form, on the engine of this run (invariant 8); ./run prove does the full counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.conftest import LedgerFactory
from tests.hardness import proof
from tests.hardness.proof import Place

ENGINE: proof.Engine = "postgresql" if connection.vendor == "postgresql" else "sqlite"
HERE = {name: each for name, each in proof.every() if ENGINE in each.short}


@pytest.mark.parametrize("name", HERE)
def test_a_proof_holds_in_its_short_form(
    name: str, new_ledger: LedgerFactory, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> None:
    with django_db_blocker.unblock():
        found = HERE[name].prove(HERE[name].short[ENGINE], Place(ENGINE, new_ledger, tmp_path))

    assert found.broken == (), found.said
