"""Who may do what where: no superuser, three administrators apart, nothing beyond the grant's reach or its end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tests.ledgers import LedgerDatabase
from tests.town import START, Town, build_town
from youju.actions import clock, members, setup, units
from youju.actions.members import AccountTaken, BadAccount, NoSuchGrant
from youju.actions.setup import Account, LedgerThere, ThreeAdministrators
from youju.actions.units import NewUnit
from youju.core.grant import NotAllowed, RolesConflict
from youju.store.models import Entry
from youju.store.queries import entries as listing
from youju.store.queries import scope
from youju.store.queries.ledger import head
from youju.store.queries.tree import tree_at


@pytest.fixture
def town(ledger_db: LedgerDatabase) -> Iterator[Town]:
    with clock.at(START):
        yield build_town()


def sees(town: Town, account: str) -> list[int]:
    viewer = scope.viewer_of(town.who[account])
    rows = listing.chosen(viewer, tree_at(head().head), clock.today())
    return list(rows.values_list("pk", flat=True))


def test_the_three_administrators_are_three_people(ledger_db: LedgerDatabase) -> None:
    """Invariant 5."""
    same = Account("sys", "系统员")
    with pytest.raises(ThreeAdministrators):
        setup.init(
            [NewUnit("县", "county", None)],
            {"system": same, "security": same, "audit": Account("a1", "审计")},
        )
    assert head_or_none() is None


def test_a_ledger_is_started_once(town: Town) -> None:
    people = {"system": Account("s2", "甲"), "security": Account("s3", "乙"), "audit": Account("s4", "丙")}
    with pytest.raises(LedgerThere):
        setup.init([NewUnit("县", "county", None)], people)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("account", "role"), [("sys", "recorder"), ("sec", "audit"), ("aud", "system"), ("clerk", "security")]
)
def test_administrators_take_no_other_role_and_nobody_becomes_one_besides(
    town: Town, account: str, role: str
) -> None:
    with pytest.raises(RolesConflict, match="三员"):
        members.grant(town.who[account], role, town.unit["示范县"], by=town.who["sec"])  # type: ignore[arg-type]


def test_administrators_see_no_entries(town: Town) -> None:
    done = town.record("leaflets", "东村", day="2024-03-05", count="3")
    assert {name: sees(town, name) for name in ("sys", "sec", "aud")} == {"sys": [], "sec": [], "aud": []}
    assert sees(town, "clerk") == [done.entry]


def test_only_the_security_administrator_grants_and_only_the_system_administrator_adds(town: Town) -> None:
    for account in ("sys", "clerk", "leader", "aud"):
        with pytest.raises(NotAllowed):
            members.grant(town.who["clerk"], "leader", town.unit["甲镇"], by=town.who[account])
    for account in ("sec", "clerk"):
        with pytest.raises(NotAllowed):
            members.add_member("new", "新人", town.unit["甲镇"], by=town.who[account])
        with pytest.raises(NotAllowed):
            units.add([NewUnit("新村", "village", town.unit["甲镇"])], by=town.who[account])


def test_accounts_are_unique_and_plain(town: Town) -> None:
    with pytest.raises(AccountTaken):
        members.add_member("clerk", "另一人", town.unit["甲镇"], by=town.who["sys"])
    for bad in ("张三", "a", "Clerk", "x y", "../x"):
        with pytest.raises(BadAccount):
            members.add_member(bad, "某人", town.unit["甲镇"], by=town.who["sys"])


def test_each_sees_the_units_of_their_grants(town: Town) -> None:
    """Invariant 7."""
    east = town.record("leaflets", "东村", day="2024-03-05", count="3").entry
    north = town.record("leaflets", "北村", day="2024-03-05", count="3").entry
    assert sees(town, "east") == [east]
    assert sees(town, "stranger") == [north]
    assert sees(town, "inspector") == [east]
    assert sees(town, "clerk") == [east, north]


def test_a_grant_for_some_registers_shows_only_those(town: Town) -> None:
    leaflets = town.record("leaflets", "东村", day="2024-03-05", count="3").entry
    town.record("slogans", "东村", installed_on="2024-03-05", count="3")
    guest = members.add_member("guest", "借调", town.unit["甲镇"], by=town.who["sys"])
    members.grant(guest, "inspector", town.unit["甲镇"], by=town.who["sec"], registers=["leaflets"])
    viewer = scope.viewer_of(guest)
    rows = scope.visible(Entry.unscoped.all(), viewer, tree_at(head().head), clock.today())
    assert list(rows.values_list("pk", flat=True)) == [leaflets]


def test_a_grant_ends_on_its_day_and_when_it_is_revoked(town: Town) -> None:
    guest = members.add_member("guest", "借调", town.unit["甲镇"], by=town.who["sys"])
    town.record("leaflets", "东村", day="2024-03-05", count="3")
    members.grant(guest, "inspector", town.unit["甲镇"], by=town.who["sec"], until=date(2024, 5, 3))
    people = Town(town.unit, {**town.who, "guest": guest})
    assert len(sees(people, "guest")) == 1
    with clock.at(START + timedelta(days=2)):
        assert sees(people, "guest") == []
    members.revoke(guest, "inspector", town.unit["甲镇"], by=town.who["sec"])
    assert sees(people, "guest") == []
    with pytest.raises(NoSuchGrant):
        members.revoke(guest, "inspector", town.unit["甲镇"], by=town.who["sec"])


def test_no_table_has_an_unlimited_default_manager() -> None:
    from django.apps import apps

    for model in apps.get_app_config("store").get_models():
        # Django and allauth ask for these managers by that name; their rows hold nothing of any town.
        assert model.__name__ in ("Login", "LoginSession") or not hasattr(model, "objects"), model


def head_or_none() -> object:
    from youju.store.models import Ledger

    return Ledger.unscoped.first()
