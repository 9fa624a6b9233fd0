"""Two or three people at one record at once: whoever comes second is told so, and nothing that anybody wrote is lost.

Three sessions, each with a connection of its own, look at an entry (or the text of a report) and then act at the same moment on what they saw:
correct a field of their own, confirm, return, void, lock the period. Then the ledger is read as a history: every acknowledged act
is there once and was made on what its author saw; every refused one left nothing.
"""

from __future__ import annotations

import random
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection, connections

from tests.hardness.proof import Found, Place, Proof
from tests.reports.small import begun
from tests.town import START, Town, build_town, measure_units
from youju.actions import batches, clock, drafts, entries, periods, reviews, verifying
from youju.core.problem import DomainError
from youju.core.sheet import Sheet
from youju.office.workbook import Workbook
from youju.store.models import Entry, PeriodClose, Report, ReportText, Review, Revision, Void
from youju.store.models.base import OPEN
from youju.store.queries import reports as stored

SESSIONS = 3
GROUP = 50  # entries that are made together
REPORT_EVERY = 10  # one in so many is about the text of a report
FIELDS = ("count", "place", "audience")  # one for each session, so that a lost update shows
LOCKABLE = ("北村", "中村")  # their books are locked and opened; other villages' are not


@dataclass
class Act:
    """What one session did at one entry.

    seen     the revision it saw; said: what it wrote
    seq      of the event when it was acknowledged; refused: the code of the refusal
    """

    session: int
    kind: str
    target: int
    seen: int
    said: str
    seq: int | None = None
    refused: str = ""


@dataclass
class Session:
    """One person at a screen of their own."""

    number: int
    town: Town
    acts: list[Act] = field(default_factory=list)

    @property
    def who(self) -> Any:
        return self.town.who[("recorder", "second", "reviewer")[self.number]]


def prove(count: int, place: Place) -> Found:
    """`count` interleavings, each of two or three acts at one entry or report."""
    chance = random.Random(20260101)
    broken: list[str] = []
    tally: Counter[str] = Counter()
    with place.new_ledger(), clock.at(START):
        town = with_second_recorder(build_town())
        sessions = [Session(number, town) for number in range(SESSIONS)]
        report = begun(town)
        done = 0
        while done < count:
            keys = new_entries(town, chance, min(GROUP, count - done))
            plans = [plan(key, report.pk, chance) for key in keys]
            at_once(sessions, plans)
            done += len(plans)
        acts = [act for session in sessions for act in session.acts]
        broken += check_entries(acts)
        broken += check_texts(report.pk, acts)
        broken += [str(finding) for part in verifying.verify() for finding in part.findings]
        tally.update("acknowledged" if act.seq is not None else act.refused for act in acts)
    refused = ", ".join(f"{number} {code}" for code, number in tally.most_common() if code != "acknowledged")
    said = f"{done} interleavings, {len(acts)} acts: {tally['acknowledged']} acknowledged, refused {refused}; {len(broken)} anomalies"
    if tally["entry.stale"] == 0:
        broken.append("nobody ever came second: the sessions did not meet")
    return Found(said, tuple(broken[:20]))


def with_second_recorder(town: Town) -> Town:
    """A second person who may record everywhere."""
    from youju.actions import members

    county = town.unit["示范县"]
    second = members.add_member("second", "另一登记人", county, by=town.who["sys"])
    members.grant(second, "recorder", county, by=town.who["sec"], since=date(2000, 1, 1))
    town.who["second"] = second  # type: ignore[index]
    return town


def new_entries(town: Town, chance: random.Random, count: int) -> list[int]:
    """A batch of entries that wait for review, half of them confirmed."""
    village = chance.choice(("东村", "南村", *LOCKABLE))
    rows = [
        (date(2024, 3, 1) + timedelta(days=at % 28), "5", f"第{Entry.unscoped.count() + at}处")
        for at in range(count)
    ]
    sheet = Sheet("一", (("发放日期", "数量", "地点"), *rows))
    request = batches.Request(town.unit[village], "leaflets")
    content = repr(rows).encode()
    lock(town, village, locked=False)
    made = batches.import_read(
        Workbook("表.xlsx", (sheet,)), content, request, by=town.who["recorder"], units=measure_units()
    )
    keys = list(made.entries)
    reviews.confirm(keys[::2], by=town.who["reviewer"])
    return keys


def plan(entry: int, report: int, chance: random.Random) -> list[tuple[str, int, float]]:
    """For each session what it will do, to what, and how long it hesitates after all have looked."""
    if chance.randrange(REPORT_EVERY) == 0:
        return [("text", report, chance.random() * 0.004) for _ in range(SESSIONS)]
    first = chance.choice(("correct", "correct", "correct", "void"))
    second = chance.choice(("correct", "correct", "none"))
    third = chance.choice(("confirm", "confirm", "return", "void", "lock"))
    return [(kind, entry, chance.random() * 0.004) for kind in (first, second, third)]


def at_once(sessions: Sequence[Session], plans: Sequence[Sequence[tuple[str, int, float]]]) -> None:
    """Let all sessions go through the plans together: look, wait for one another, act."""
    meet = threading.Barrier(len(sessions), timeout=120)
    failures: list[BaseException] = []

    def work(session: Session) -> None:
        try:
            with clock.at(START):
                for steps in plans:
                    kind, target, pause = steps[session.number]
                    look = looked(kind, target)
                    meet.wait()
                    threading.Event().wait(pause)
                    if kind != "none":
                        act(session, kind, target, look)
        except BaseException as error:  # noqa: BLE001 - told by the thread that waits
            failures.append(error)
            meet.abort()
        finally:
            connections.close_all()

    if connection.vendor == "sqlite":
        connection.close()
    threads = [threading.Thread(target=work, args=(session,)) for session in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise next(
            (each for each in failures if not isinstance(each, threading.BrokenBarrierError)), failures[0]
        )


def looked(kind: str, target: int) -> int:
    """The number of the revision or text that stands on the screen."""
    if kind == "text":
        return int(
            ReportText.unscoped.filter(report=target).order_by("-number").values_list("number", flat=True)[0]
        )
    return int(Entry.unscoped.values_list("current__number", flat=True).get(pk=target))


def act(session: Session, kind: str, target: int, seen: int) -> None:
    """Do it, and write down what came of it."""
    said = f"{session.number}-{len(session.acts)}"
    made = Act(session.number, kind, target, seen, said)
    try:
        made.seq = ACTS[kind](session, target, seen, said)
    except DomainError as error:
        problems = getattr(error, "problems", ())
        made.refused = problems[0].code if problems else error.code
    session.acts.append(made)


def _correct(session: Session, entry: int, seen: int, said: str) -> int:
    name = FIELDS[session.number]
    value = str(1000 + len(session.acts)) if name == "count" else said
    done = entries.correct(
        entry, {name: value}, by=session.who, units=measure_units(), reason=said, seen=seen, key=f"c{said}"
    )
    return done.seq


def _confirm(session: Session, entry: int, seen: int, said: str) -> int:
    return reviews.confirm([entry], by=session.who, note=said, seen={entry: seen}, key=f"r{said}").seq


def _return(session: Session, entry: int, seen: int, said: str) -> int:
    return reviews.send_back([entry], by=session.who, reason=said, seen={entry: seen}, key=f"b{said}").seq


def _void(session: Session, entry: int, seen: int, said: str) -> int:
    return entries.void(entry, by=session.who, reason=said, seen=seen, key=f"v{said}")


def _lock(session: Session, entry: int, seen: int, said: str) -> int:
    unit = Entry.unscoped.values_list("unit_id", flat=True).get(pk=entry)
    names = {key: name for name, key in session.town.unit.items()}
    return lock(session.town, names[unit], locked=True)


def _text(session: Session, report: int, seen: int, said: str) -> int:
    row = Report.unscoped.get(pk=report)
    base = ReportText.unscoped.get(report=report, number=seen)
    text = f"{base.text.rstrip()}\n{said}增加一句。\n"
    return drafts.save(row, text, base=seen, by=session.town.who["clerk"], note=said).number


ACTS: dict[str, Callable[[Session, int, int, str], int]] = {
    "correct": _correct,
    "confirm": _confirm,
    "return": _return,
    "void": _void,
    "lock": _lock,
    "text": _text,
}


def lock(town: Town, village: str, *, locked: bool) -> int:
    """Lock the village's March, or open it again; other villages stay open."""
    if village not in LOCKABLE:
        return 0
    through = date(2024, 3, 31) if locked else date(2023, 12, 31)
    unit = town.unit[village]
    if PeriodClose.unscoped.filter(unit_id=unit, seq_to=OPEN, through=through).exists():
        return 0
    return periods.close(unit, through, by=town.who["leader"], reason="核定").seq


# --- the ledger as a history ------------------------------------------------------------------------------


def check_entries(acts: Sequence[Act]) -> list[str]:
    """Anomalies of entries: a lost, doubled or half act, one on what its author had not seen, one after the end."""
    found: list[str] = []
    of_entry: dict[int, list[Act]] = defaultdict(list)
    for each in acts:
        if each.kind in {"correct", "confirm", "return", "void"}:
            of_entry[each.target].append(each)
    revisions: dict[int, list[Revision]] = defaultdict(list)
    for revision in Revision.unscoped.filter(entry_id__in=of_entry).order_by("entry_id", "number"):
        revisions[revision.entry_id].append(revision)
    judged: dict[int, list[Review]] = defaultdict(list)
    for review in Review.unscoped.select_related("revision").order_by("seq"):
        judged[review.revision.entry_id].append(review)
    voided = {void.entry_id: void for void in Void.unscoped.all()}
    locks = list(
        PeriodClose.unscoped.filter(through=date(2024, 3, 31)).values_list("unit_id", "seq_from", "seq_to")
    )
    for entry, own in of_entry.items():
        rows = revisions[entry]
        if [row.number for row in rows] != list(range(1, len(rows) + 1)):
            found.append(f"entry {entry}: revisions {[row.number for row in rows]}")
        by_seq = {row.seq: row for row in rows}
        for each in own:
            if each.kind == "correct":
                found += _check_correction(each, rows, by_seq)
            elif each.kind in {"confirm", "return"}:
                there = [review for review in judged[entry] if review.reason == each.said]
                if len(there) != (each.seq is not None):
                    found.append(f"entry {entry}: {each} is there {len(there)} times")
                found += [
                    f"{each} judged revision {review.revision.number}"
                    for review in there
                    if review.revision.number != each.seen
                ]
            else:
                there_void = voided.get(entry)
                mine = there_void is not None and there_void.reason == each.said
                if mine != (each.seq is not None):
                    found.append(f"entry {entry}: {each}, in the ledger: {mine}")
                elif mine and each.seen != max(row.number for row in rows if row.seq < (each.seq or 0)):
                    found.append(f"{each} voided what it had not seen")
        acknowledged = sum(each.seq is not None for each in own if each.kind == "correct")
        if len(rows) != 1 + acknowledged:
            found.append(f"entry {entry}: {len(rows)} revisions, {acknowledged} acknowledged corrections")
        once = Counter(review.revision_id for review in judged[entry])
        found += [f"revision {key} was judged {n} times" for key, n in once.items() if n > 1]
        end = voided[entry].seq if entry in voided else None
        later = [row.seq for row in rows] + [review.seq for review in judged[entry]]
        if end is not None and max(later) > end:
            found.append(f"entry {entry} was changed after its end")
        changed = [row.seq for row in rows[1:]] + [
            review.seq for review in judged[entry] if review.verdict == "confirmed"
        ]
        found += [
            f"entry {entry} was changed at #{seq} in a locked period"
            for seq in changed
            for unit, since, until in locks
            if unit == rows[0].unit_id and since < seq < until
        ]
    return found


def _check_correction(act: Act, rows: Sequence[Revision], by_seq: dict[int, Revision]) -> list[str]:
    mine = [row for row in rows if row.reason == act.said]
    if act.seq is None:
        return [f"{act} was refused and is there"] if mine else []
    row = by_seq.get(act.seq)
    if row is None or mine != [row]:
        return [f"{act} was acknowledged and is not there once"]
    if row.number != act.seen + 1:
        return [f"{act} was made on revision {act.seen} and stands as {row.number}: an update was lost"]
    before = rows[row.number - 2]
    name = FIELDS[act.session]
    kept = {key: value for key, value in before.values.items() if key != name}
    if {key: value for key, value in row.values.items() if key != name} != kept:
        return [f"{act} changed more than its field"]
    return []


def check_texts(report: int, acts: Sequence[Act]) -> list[str]:
    """Every sentence that was saved stands in the last version exactly once."""
    row = Report.unscoped.get(pk=report)
    lines = Counter(stored.newest(row).text.split("\n"))
    return [
        f"{each}: its sentence stands {lines[f'{each.said}增加一句。']} times in the last version"
        for each in acts
        if each.kind == "text" and lines[f"{each.said}增加一句。"] != (each.seq is not None)
    ]


PROOF = Proof(
    title="两三人同时改一条记录：后到的被告知，谁写的都不丢",
    counted="interleavings",
    prove=prove,
    full={"sqlite": 6_000, "postgresql": 4_000},
    short={"sqlite": 120, "postgresql": 100},
)
