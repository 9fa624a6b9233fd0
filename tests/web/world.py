"""The ledger that the pages are tried on: two towns under one county, every role, an object at every kind of place.

Each object carries a canary, a word that occurs nowhere else: seen by whoever may not see the object, it tells.
Objects stand at five places, as seen from the village recorder of 东村:

    own         东村, where the recorder is
    village     西村, another village of the same town
    office      文化站, an office of the same town, where another recorder is
    department  司法所, another office
    town        北村, a village of the other town
"""

from __future__ import annotations

import contextlib
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password

from tests.town import SHIPPED, measure_units
from tests.web import workbooks
from youju.actions import (
    audits,
    clock,
    complaints,
    drafts,
    evidence,
    finals,
    members,
    registers,
    setup,
    units,
)
from youju.actions.entries import record
from youju.actions.reviews import confirm
from youju.actions.setup import Account
from youju.actions.units import NewUnit
from youju.core.grant import ADMINISTRATORS, Grant, Role
from youju.core.orgtree import OrgTree
from youju.core.period import Period
from youju.specs.catalog import load_catalog
from youju.specs.reports import report_from_text
from youju.store.models import Complaint, Draft, Entry, LearnedWords, Login, Member, OrgUnit, SavedView
from youju.store.queries import scope
from youju.store.queries.ledger import head
from youju.store.queries.specs import catalog_at
from youju.store.queries.tree import tree_at

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONG_AGO = date(2000, 1, 1)
NOW = datetime(2024, 5, 6, 10, 0, tzinfo=SHANGHAI)
PLACES = {"own": "东村", "village": "西村", "office": "文化站", "department": "司法所", "town": "北村"}
PASSWORD = "xuanchuan-2024-lan"
VILLAGE_REGISTER, OFFICE_REGISTER = "publicity-leaflets", "study-meetings"

# account → role and the unit it is granted at
CAST: dict[str, tuple[Role, str]] = {
    "recorder": ("recorder", "东村"),
    "office": ("recorder", "文化站"),
    "reviewer": ("reviewer", "甲镇"),
    "clerk": ("clerk", "甲镇"),
    "leader": ("leader", "甲镇"),
    "inspector": ("inspector", "甲镇"),
    "county": ("county", "示范县"),
    "system": ("system", "示范县"),
    "security": ("security", "示范县"),
    "audit": ("audit", "示范县"),
    "stranger": ("recorder", "北村"),
}
# One whose grant is for the villages' register alone: the offices' entries are of another register.
LIMITED: tuple[Role, str, tuple[str, ...]] = ("clerk", "甲镇", (VILLAGE_REGISTER,))


@dataclass(frozen=True)
class World:
    """The ledger's ids by the names that tests use.

    unit, uid   of units, by name
    objects     kind → place → uid, for everything an address can name
    files       place → SHA-256 of the photo on its entry
    canary      unit name → the word that its objects carry
    who         account → member; `grants` the same as the rules see it
    """

    unit: Mapping[str, int]
    uid: Mapping[str, uuid.UUID]
    objects: Mapping[str, Mapping[str, uuid.UUID]]
    files: Mapping[str, str]
    canary: Mapping[str, str]
    who: Mapping[str, Member]
    grants: Mapping[str, tuple[Grant, ...]]
    tree: OrgTree
    today: date

    @property
    def names(self) -> Mapping[str, str]:
        """Place → the unit's name."""
        return PLACES

    def login(self, account: str) -> Login:
        """The log-in of an account."""
        return Login.objects.get(account=account)

    def unseen(self, account: str) -> list[str]:
        """The words that may appear in no answer to this account: canaries out of reach, and the other town's names."""
        held = self.grants.get(account, ())
        roots = [grant.unit for grant in held]

        def reached(name: str) -> bool:
            return any(self.tree.contains(root, self.unit[name], self.today) for root in roots)

        business = any(grant.role not in ADMINISTRATORS for grant in held)
        words = [word for name, word in self.canary.items() if not (business and reached(name))]
        if account == "limited":
            words += self.of_the_other_register
        towns = {"甲镇": ("甲镇", "西村"), "乙镇": ("乙镇", "北村")}
        for town, names in towns.items():
            inside = any(self.tree.contains(self.unit[town], root, self.today) for root in roots)
            if not inside and not reached(town):
                words += names
        return words

    @property
    def of_the_other_register(self) -> list[str]:
        """What is said in the offices' entries, drafts and workbooks and nowhere else."""
        offices = (self.canary[name] for name in ("文化站", "司法所"))
        return [
            word
            for canary in offices
            for word in (
                f"{canary}waiting",
                f"{canary}reviewed",
                f"补记{canary}",
                f"{canary}新",
                f"{canary}旧",
            )
        ]


@cache
def _catalog() -> object:
    return load_catalog(SHIPPED, None, measure_units()).catalog.registers


@contextlib.contextmanager
def clock_at_now() -> Iterator[None]:
    """The day of the world. The server's threads have their own clock: they live today, later."""
    with clock.at(NOW):
        yield


def build() -> World:
    """Make it in the ledger that Django points at."""
    with clock.at(NOW - timedelta(days=5)):
        return _build()


def _build() -> World:
    people = {role: Account(role, f"{role}员") for role in setup.ADMINISTRATOR_ROLES}
    county, first, second = setup.init(
        [
            NewUnit("示范县", "county", None, "990101000000", since=LONG_AGO, ref="county"),
            NewUnit("甲镇", "town", "county", "990101101000", since=LONG_AGO),
            NewUnit("乙镇", "town", "county", "990101102000", since=LONG_AGO),
        ],
        people,
    )
    unit = {"示范县": county, "甲镇": first, "乙镇": second}
    who: dict[str, Member] = {role: setup.member_of(role) for role in setup.ADMINISTRATOR_ROLES}
    system, security = who["system"], who["security"]
    new = [NewUnit(name, "village", first, since=LONG_AGO) for name in ("东村", "西村")]
    new += [NewUnit(name, "office", first, since=LONG_AGO) for name in ("文化站", "司法所")]
    new += [NewUnit("北村", "village", second, since=LONG_AGO)]
    unit |= dict(zip(PLACES.values(), units.add(new, by=system), strict=True))
    for account, (role, at) in CAST.items():
        if account not in who:
            who[account] = members.add_member(account, f"{at}{account}", unit[at], by=system)
            members.grant(who[account], role, unit[at], by=security, since=LONG_AGO)
    role, at, of = LIMITED
    who["limited"] = members.add_member("limited", "限册员", unit[at], by=system)
    members.grant(who["limited"], role, unit[at], by=security, registers=of, since=LONG_AGO)
    for account in ("ended", "fresh"):
        who[account] = members.add_member(account, account, unit["东村"], by=system)
    members.grant(who["ended"], "recorder", unit["东村"], by=security, since=LONG_AGO, until=date(2024, 1, 1))
    members.grant(who["fresh"], "recorder", unit["东村"], by=security, since=LONG_AGO)
    hand = members.add_member("hand", "代录员", county, by=system)
    members.grant(hand, "recorder", county, by=security, since=LONG_AGO)
    writer = members.add_member("writer", "撰稿员", county, by=system)
    members.grant(writer, "clerk", county, by=security, since=LONG_AGO)
    signer = members.add_member("signer", "签发人", county, by=system)
    members.grant(signer, "leader", county, by=security, since=LONG_AGO)
    registers.sync(
        [each for each in _catalog().values() if each.id in (VILLAGE_REGISTER, OFFICE_REGISTER)],  # type: ignore[attr-defined]
        by=system,
        unit=county,
    )
    canary = {name: f"金丝雀{name}" for name in PLACES.values()}
    objects: dict[str, dict[str, uuid.UUID]] = {
        kind: {}
        for kind in (
            "unit",
            "entry",
            "draft",
            "adjustment",
            "member",
            "complaint",
            "report",
            "upload",
            "batch",
            "view",
            "audit_draft",
            "learned_words",
        )
    }
    files: dict[str, str] = {}
    uids = dict(OrgUnit.unscoped.values_list("pk", "uid"))
    for place, name in PLACES.items():
        objects["unit"][place] = uids[unit[name]]
        entries = [_entry(name, unit[name], canary[name], hand, kind) for kind in ("waiting", "reviewed")]
        confirm([entries[1].pk], by=_reviewer(who, name, unit, security))
        objects["entry"][place] = entries[0].uid
        author = next((who[a] for a, (_, at) in CAST.items() if at == name), hand)
        register = OFFICE_REGISTER if name in ("文化站", "司法所") else VILLAGE_REGISTER
        for kind, by, adjust in (("draft", author, ""), ("adjustment", hand, f"补记{canary[name]}")):
            draft = Draft.unscoped.create(
                register=register,
                unit_id=unit[name],
                author=by,
                values={"day": "2024-03-05", "place": canary[name]},
                adjust=adjust,
                saved_at=NOW,
            )
            objects[kind][place] = draft.uid
        view = SavedView.unscoped.create(
            member=author, register=register, title=f"看{canary[name]}", query=""
        )
        objects["view"][place] = view.uid
        text = f"{name}汇报\n\n发放宣传资料20份，{canary[name]}。\n\n{name}委会\n2024年4月30日\n"
        objects["audit_draft"][place] = audits.paste(text, by=author, unit=unit[name]).draft.uid
        words = LearnedWords.unscoped.create(
            unit_id=unit[name],
            words=canary[name],
            shown=canary[name],
            unit_symbol="份",
            measure="publicity.leaflets.handed_out",
            by=hand,
            at=NOW,
        )
        objects["learned_words"][place] = words.uid
        with tempfile.TemporaryDirectory() as folder:
            photo = _photo(Path(folder), place)
            files[place] = evidence.attach(entries[0].pk, photo, by=hand).sha256
        objects["member"][place] = author.uid
        key = uuid.uuid4()
        complaints.hand_in(f"意见{name}", by=author, uid=key)
        objects["complaint"][place] = Complaint.unscoped.get(uid=key).uid
        objects["report"][place] = _report(unit[name], canary[name], writer, signer)
        office = name in ("文化站", "司法所")
        brought, imported = (workbooks.rows_for(office=office, word=canary[name] + each) for each in "新旧")
        objects["upload"][place] = workbooks.upload(unit[name], brought, author).uid
        objects["batch"][place] = workbooks.batch(unit[name], imported, hand).uid
    _logins(who)
    return World(
        unit,
        {name: uids[key] for name, key in unit.items()},
        objects,
        files,
        canary,
        who,
        {account: scope.viewer_of(member).grants for account, member in who.items()},
        tree_at(head().head),
        NOW.date(),
    )


def _report(unit: int, canary: str, writer: Member, signer: Member) -> uuid.UUID:
    """A report of the unit with one version signed and one comment."""
    catalog = catalog_at(head().head)
    text = (
        "---\nid: small\ntitle: '{unit}小结'\nfigures:\n"
        "  份数: publicity.leaflets.handed_out\n  会议: meetings.held\n"
        f"---\n一、情况\n\n{canary}发放宣传资料{{{{ 份数 }}}}，召开会议{{{{ 会议 }}}}，另办实事3件。\n"
    )
    spec, problems = report_from_text(text, catalog)
    assert problems == ()
    assert spec is not None
    report = drafts.begin(spec, unit, Period(date(2024, 1, 1), date(2024, 4, 30)), by=writer)
    drafts.comment(report, f"请核对{canary}", by=signer)
    finals.sign(report, version=1, by=signer)
    return report.uid


def _entry(name: str, unit: int, canary: str, by: Member, kind: str) -> Entry:
    if name in ("文化站", "司法所"):
        raw: dict[str, object] = {
            "day": "2024-04-20",
            "kind": "专题会",
            "times": "1",
            "topic": f"{canary}{kind}",
        }
        register = OFFICE_REGISTER
    else:
        raw = {"day": "2024-04-20", "count": "200", "campaign": "清洁乡村", "place": f"{canary}{kind}"}
        register = VILLAGE_REGISTER
    made = record(register, unit, raw, by=by, units=measure_units())  # type: ignore[arg-type]
    return Entry.unscoped.get(pk=made.entry)


def _photo(folder: Path, place: str) -> Path:
    """A small photo of its own for a place, with a camera's metadata in it."""
    from PIL import Image

    path = folder / f"照片-{place}.jpg"
    picture = Image.new("RGB", (64, 48), (sum(place.encode()) % 256, 120, 90))
    metadata = Image.Exif()
    metadata[0x010F] = f"相机{place}"
    picture.save(path, "JPEG", exif=metadata)
    return path


def _reviewer(who: dict[str, Member], name: str, unit: dict[str, int], security: Member) -> Member:
    if name != "北村":
        return who["reviewer"]
    if "other-reviewer" not in who:
        who["other-reviewer"] = members.add_member(
            "other-reviewer", "乙镇审核员", unit["乙镇"], by=who["system"]
        )
        members.grant(who["other-reviewer"], "reviewer", unit["乙镇"], by=security, since=LONG_AGO)
    return who["other-reviewer"]


def _logins(who: dict[str, Member]) -> None:
    """Log-ins of one password, hashed once; tests come in by session, which costs no hashing."""
    hashed = make_password(PASSWORD)
    for account, member in who.items():
        if account == "other-reviewer":
            continue  # one who was granted something and cannot log in yet, as the hand is
        login = Login.objects.create(
            member=member, account=account, password=hashed, must_change=account == "fresh", password_at=NOW
        )
        if account in ADMINISTRATORS:
            Authenticator.objects.create(user=login, type=Authenticator.Type.TOTP, data={"secret": ""})


def data_folder(base: Path) -> Path:
    """Where a world's files lie."""
    return base / "world"
