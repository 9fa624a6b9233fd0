"""Things a test needs that a machine may lack: a browser, a database server, a converter."""

import pytest


def require(what: str, available: object, remedy: str) -> None:
    """Go on when `available` is true; else skip the test, saying what is missing and how to get it.

    With REQUIRE_ALL=1, as the continuous check sets it, tests/conftest.py turns every skip into a failure:
    a check that quietly did less than it says is worth nothing.
    """
    if not available:
        pytest.skip(f"缺少{what}，未运行；{remedy}")
