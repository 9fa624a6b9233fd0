"""Things a test needs that a machine may lack: a browser, a database server, a converter, given material."""

import pytest

# Nobody can install what was given to the authors and may not be passed on; its absence is no fault of a machine.
GIVEN = "仓库旁没有 shared 资料目录"


def require(what: str, available: object, remedy: str) -> None:
    """Go on when `available` is true; else skip the test, saying what is missing and how to get it.

    With REQUIRE_ALL=1, as the continuous check sets it, tests/conftest.py turns every skip into a failure:
    a check that quietly did less than it says is worth nothing. Only given material may be absent.
    """
    if not available:
        pytest.skip(f"缺少{what}，未运行；{remedy}")


def require_given(available: object) -> None:
    """Skip the test where the folder `shared` does not lie beside the checkout, even with REQUIRE_ALL=1."""
    if not available:
        pytest.skip(f"{GIVEN}，未运行")
