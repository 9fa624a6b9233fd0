"""After an upgrade the sums that the new version keeps are there without anybody asking for them."""

from __future__ import annotations

from django.core.management import call_command

from tests.ledgers import LedgerDatabase
from tests.town import START, build_town
from youju.actions import clock, rolling
from youju.cli.setting_up import check_served
from youju.store.models import Ledger, Reach, RollUp


def test_an_older_ledger_has_its_sums_after_the_first_command(ledger_db: LedgerDatabase) -> None:
    """A ledger of the version before reach was kept: migrated back, then opened by a command of today."""
    with clock.at(START):
        build_town().reviewed("leaflets", "东村", day="2024-03-05", count="200")
    kept = set(Reach.unscoped.values_list("node", "rule", "month", "met_y", "told"))
    call_command("migrate", "store", "0010_tokens", verbosity=0)

    done = ledger_db.run("rollup", "check", "--json")

    assert done.returncode == 0, done.stderr
    assert "汇总已按现行台账定义建立" in done.stderr
    assert set(Reach.unscoped.values_list("node", "rule", "month", "met_y", "told")) == kept != set()


def test_serving_builds_sums_of_another_definition_and_leaves_right_ones_alone(
    ledger_db: LedgerDatabase,
) -> None:
    with clock.at(START):
        build_town().reviewed("leaflets", "东村", day="2024-03-05", count="200")
    RollUp.unscoped.update(total=7)
    Ledger.unscoped.update(rules="of an older program")
    Reach.unscoped.all().delete()

    check_served()
    assert Reach.unscoped.exists()
    assert RollUp.unscoped.filter(total=7).exists()  # its definition was right: nobody looked at its cells

    Ledger.unscoped.update(grid="")
    check_served()
    assert rolling.check().differences == ()
    assert rolling.ensure() is None
