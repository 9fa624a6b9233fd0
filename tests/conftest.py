"""What all tests share: the engine, a data folder that is not the user's, fresh ledgers, and what a skip means.

pytest --engine sqlite     the default, unless DATABASE_URL names a PostgreSQL server
pytest --engine postgres   DATABASE_URL, or a server of this run's own (tests/postgres.py)
REQUIRE_ALL=1              a skipped test is a failed test, unless it reads material beside the checkout
--hypothesis-profile deep  many random examples instead of the same few
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeAlias, TypeVar

import django
import pytest
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

from tests import ledgers, postgres
from tests.require import GIVEN, require_given

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
SESSION = pytest.StashKey[Path]()
NO_SERVER = "YOUJU_TESTS_NO_SERVER"  # in the environment, so that parallel workers know it too
CLEANUP = pytest.StashKey[contextlib.ExitStack]()

LedgerFactory: TypeAlias = Callable[[], AbstractContextManager[ledgers.LedgerDatabase]]

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

# The same examples in every run: a red check then is red for everybody. "deep" is for the search by night.
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    print_blob=True,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("deep", settings.get_profile("ci"), derandomize=False, max_examples=5000)
settings.load_profile("ci")


# --- the run ----------------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=["sqlite", "postgres"], help="the database of this run")
    parser.addoption("--golden", action="store_true", help="write what came out over the files compared with")


def pytest_configure(config: pytest.Config) -> None:
    """Before Django reads its settings: whose data and which database they mean."""
    worker = getattr(config, "workerinput", None)
    if worker is None:
        session = begin(config)
        data = session / "data"
    else:
        session = Path(worker["youju_session"])
        data = session / f"data-{worker['workerid']}"
    data.mkdir()
    config.stash[SESSION] = session
    os.environ["YOUJU_DATA"] = str(data)
    os.environ["YOUJU_LOCAL"] = str(data / "catalog")
    os.environ["DJANGO_SETTINGS_MODULE"] = "youju.config.settings"
    django.setup()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: pytest.Item) -> None:
    """Tell each parallel worker where the run keeps what they share."""
    node.workerinput["youju_session"] = str(node.config.stash[SESSION])  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    if CLEANUP in config.stash:
        config.stash[CLEANUP].close()


def begin(config: pytest.Config) -> Path:
    """The run's own folder, and its server when it has one; both go when the run ends."""
    cleanup = config.stash[CLEANUP] = contextlib.ExitStack()
    session = Path(tempfile.mkdtemp(prefix="youju-tests-"))
    cleanup.callback(shutil.rmtree, session, ignore_errors=True)
    os.environ.pop(NO_SERVER, None)
    given = os.environ.get("DATABASE_URL", "")
    engine = config.getoption("--engine") or ("postgres" if postgres.is_server_url(given) else "sqlite")
    if engine == "sqlite":
        os.environ.pop("DATABASE_URL", None)
        return session
    if not postgres.is_server_url(given):
        try:
            given = cleanup.enter_context(postgres.running_server())
        except postgres.ServerError as failure:
            os.environ[NO_SERVER] = str(failure)
            os.environ.pop("DATABASE_URL", None)
            return session
        os.environ["DATABASE_URL"] = given
    cleanup.callback(ledgers.drop_template, given, session)
    return session


# --- what a test may not do -------------------------------------------------------------------------------


def pytest_itemcollected(item: pytest.Item) -> None:
    for mark in item.iter_markers("django_db"):
        if mark.kwargs.get("transaction") or (mark.args and mark.args[0]):
            raise pytest.UsageError(
                f"{item.nodeid}: emptying tables is what the ledger refuses; use the fixture ledger_db"
            )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A run that was to be on PostgreSQL and has none skips all, rather than pass on the other engine."""
    reason = os.environ.get(NO_SERVER)
    if config.getoption("--engine") == "postgres" and reason:
        for item in items:
            item.add_marker(
                pytest.mark.skip(
                    reason=f"没有可用的 PostgreSQL（{reason}）；请安装 postgresql 或设置 DATABASE_URL"
                )
            )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return fail_if_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return fail_if_skipped((yield))


def fail_if_skipped(report: Report) -> Report:
    """With REQUIRE_ALL=1 what did not run has failed, but for known failures (xfail) and given material."""
    if os.environ.get("REQUIRE_ALL") == "1" and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if GIVEN not in reason:
            report.outcome = "failed"
            report.longrepr = f"REQUIRE_ALL=1, {reason}"
    return report


# --- ledgers ----------------------------------------------------------------------------------------------


@pytest.fixture
def new_ledger(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
) -> LedgerFactory:
    """For several fresh ledgers inside one test: `with` one of them after the other, or nested."""
    if request.node.get_closest_marker("django_db"):
        raise pytest.UsageError("django_db and ledger_db are two databases; a test has one")
    session = request.config.stash[SESSION]

    @contextlib.contextmanager
    def make() -> Iterator[ledgers.LedgerDatabase]:
        data = tmp_path_factory.mktemp("ledger")
        with django_db_blocker.unblock(), ledgers.new_ledger(session, data) as ledger:
            yield ledger

    return make


@pytest.fixture
def ledger_db(new_ledger: LedgerFactory) -> Iterator[ledgers.LedgerDatabase]:
    """A fresh, migrated ledger with real commits, seen by this process and by children run with its `env`."""
    with new_ledger() as ledger:
        yield ledger


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> bool:
    """Whether files compared with are to be written anew (`./run golden`)."""
    return bool(request.config.getoption("--golden"))


# --- material beside the checkout -------------------------------------------------------------------------


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of given material beside the checkout; it is no part of the repository, and may be absent."""
    require_given(SHARED.is_dir())
    return SHARED
