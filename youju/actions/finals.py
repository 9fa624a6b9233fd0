"""定稿: signing a report off, so that every figure in it can be proven for ever; checking it; what has changed since."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property

from youju.actions import clock, drafts, ledger
from youju.actions.composing import Composed, compose
from youju.core.canonical import digest
from youju.core.final import Kept, change_text, differences, kept, moved
from youju.core.grant import EVERY_REGISTER, SELF_CHECK, Viewer
from youju.core.period import Period
from youju.core.problem import DomainError, Problem, Refused, Where
from youju.core.recipe import AsOf, Recipe, parse_recipe
from youju.office.facts import facts_bytes
from youju.specs.reports import report_from_text
from youju.store.models import FinalReport, FrozenFigure, Member, Report
from youju.store.queries import figures, reports, specs
from youju.store.queries.catalog import number
from youju.store.queries.changes import Record, records_between
from youju.store.queries.figures import World
from youju.store.queries.ledger import Moment, instant_of, local_day
from youju.store.queries.tree import tree_at

PEOPLE = "report-signing-people"


class SelfSigned(DomainError):
    """Whoever wrote the text may not sign it."""

    code = "report.self_signed"
    text = "{name}是本报告的撰稿人，按本地规定定稿须由其他人签发。"


class NewerText(DomainError):
    """Somebody saved another version meanwhile."""

    code = "report.newer_text"
    text = "已有更新的第{number}稿（{author}），请看过后再定稿。"


class NothingNew(DomainError):
    """The text is signed already, and the ledger has not moved under it."""

    code = "report.nothing_new"
    text = "这一稿已于#{seq}定稿（第{number}版），此后没有改动，也没有数字变动，不必再定。"


@dataclass(frozen=True, slots=True)
class Signed:
    """What was signed: the row's key, its version, and the ledger's number."""

    id: int
    number: int
    seq: int
    figures: int
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """One figure that says something else now than the final report does, and by which records."""

    key: str
    name: str
    wording: str
    text: str
    then: Kept
    now: Kept
    records: tuple[Record, ...]


def sign(
    report: Report, *, version: int, by: Member, day: date | None = None, note: str = "", key: str = ""
) -> Signed:
    """Sign version `version` of a report off: 定稿 as of this very event.

    day     成文日期, today when it is not given
    raises  NotAllowed, SelfSigned, NewerText, NothingNew, Refused when the text is not fit or figures do not add up
    """
    asked = {"report": report.pk, "version": version, "note": note}
    with ledger.change("report.signed", by=by, key=key, asked=asked) as change:
        if change.repeated is not None:
            again = change.repeated
            return Signed(
                int(again["id"]), int(again["number"]), int(again["seq"]), int(again["figures"]), ()
            )
        change.require("sign", report.unit_id, EVERY_REGISTER)
        text = reports.newest(report)
        if text.number != version:
            raise NewerText(number=text.number, author=text.author.name)
        if _people_needed(change.today) > 1 and by.pk in drafts.authors(report):
            raise SelfSigned(name=by.name)
        world = World(Moment(change.seq, change.today), change.tree, specs.catalog_at(change.seq))
        spec, problems = report_from_text(text.text, world.catalog)
        if spec is None or any(each.level == "error" for each in problems):
            raise Refused(problems)
        period = Period(report.first, report.last)
        unit = change.tree.naming(report.unit_id, period.last)
        made = compose(
            spec,
            unit.code or unit.name,
            period,
            viewer=change.viewer,
            world=world,
            at=change.at,
            day=day or change.today,
        )
        before = FinalReport.unscoped.filter(report=report).order_by("-number").first()
        if before is not None and before.text_number == version and not _moved(before, made):
            raise NothingNew(number=before.number, seq=before.seq)
        row = FinalReport(
            report=report,
            number=before.number + 1 if before else 1,
            text_number=version,
            title=made.title,
            day=made.day,
            source=text.text,
            details=json.dumps(made.details, ensure_ascii=False),
            body=made.text,
            facts=facts_bytes(made.facts).decode(),
            signer=by,
            note=note.strip(),
            seq=change.seq,
        )
        row.digest = digest_of(row)
        change.add(row)
        rows = [
            {"final_id": row.pk, "key": key, "name": name, "seq": change.seq, **asdict(each)}
            for key, name, each in _kept(made)
        ]
        change.add_all(FrozenFigure, rows)
        change.said = {"title": row.title, "unit": report.unit_id, "number": row.number}
        done = Signed(row.pk, row.number, change.seq, len(rows), made.warnings)
        change.result = {"id": row.pk, "number": row.number, "seq": change.seq, "figures": len(rows)}
        return done


@dataclass(frozen=True)
class Rechecked:
    """A final report computed again from the ledger as of its own moment."""

    row: FinalReport

    @cached_property
    def rows(self) -> list[FrozenFigure]:
        """Its figures in the order of the text."""
        return reports.frozen(self.row)

    @cached_property
    def world(self) -> World:
        """What the moment of signing knew; its day is the day it was signed, whenever that is looked at."""
        seq = self.row.seq
        return World(Moment(seq, local_day(instant_of(seq))), tree_at(seq), specs.catalog_at(seq))

    @cached_property
    def recipes(self) -> list[Recipe]:
        """The recipes as they were recorded."""
        return [parse_recipe(each.recipe) for each in self.rows]

    def problems(self) -> list[Problem]:
        """Everything that does not hold; nothing, ever."""
        found = []
        if digest_of(self.row) != self.row.digest:
            found.append(_problem(self.row, "", "定稿的内容与摘要不符：定稿后被改动过。"))
        now = figures.evaluate_in(self.world, self.recipes, SELF_CHECK)
        behind = figures.revisions_behind(self.recipes, SELF_CHECK, self.world)
        for row, figure, revisions in zip(self.rows, now, behind, strict=True):
            before = kept_of(row)
            again = kept(figure, row.wording, revisions, row.unit)
            found += [_problem(self.row, row.key, f"{each}。") for each in differences(before, again, figure)]
            if "+" not in row.key and row.wording not in self.row.body:
                found.append(_problem(self.row, row.key, f"正文中没有“{row.wording}”。"))
        return found


def verify(row: FinalReport) -> list[Problem]:
    """What of a final report the ledger does not bear out as of its moment: nothing. Five statements."""
    return Rechecked(row).problems()


def changed_since(row: FinalReport, viewer: Viewer) -> list[Changed]:
    """定稿后有变动: each figure that would be another today, and the records that moved it.

    raises  NotAllowed when the viewer may not see the figures
    """
    then = Rechecked(row)
    today = figures.world_at(AsOf(), clock.today())
    now = figures.evaluate_in(today, then.recipes, viewer)
    behind_now = figures.revisions_behind(then.recipes, viewer, today)
    moved_rows = []
    for at, (frozen, figure, revisions) in enumerate(zip(then.rows, now, behind_now, strict=True)):
        again = kept(figure, frozen.wording, revisions, frozen.unit)
        if moved(kept_of(frozen), again):
            moved_rows.append((at, frozen, again))
    if not moved_rows:
        return []
    recipes = [then.recipes[at] for at, _, _ in moved_rows]
    behind_then = figures.revisions_behind(recipes, SELF_CHECK, then.world)
    pairs = [(set(old), set(behind_now[at])) for (at, _, _), old in zip(moved_rows, behind_then, strict=True)]
    found = records_between(pairs, row.seq, today.tree)
    return [
        Changed(
            frozen.key,
            frozen.name,
            frozen.wording,
            change_text(kept_of(frozen), again),
            kept_of(frozen),
            again,
            records,
        )
        for (_, frozen, again), records in zip(moved_rows, found, strict=True)
    ]


def recomposed(row: FinalReport) -> Composed:
    """The final report as it was signed, for every writer; nothing is evaluated anew but what the notes explain."""
    checked = Rechecked(row)
    spec, _ = report_from_text(row.source, checked.world.catalog)
    assert spec is not None
    report = row.report
    period = Period(report.first, report.last)
    unit = checked.world.tree.naming(report.unit_id, period.last)
    made = compose(
        spec,
        unit.code or unit.name,
        period,
        viewer=SELF_CHECK,
        world=checked.world,
        at=instant_of(row.seq),
        day=row.day,
        given=json.loads(row.details),
        divided=all(each.division != "last_day" for each in checked.recipes),
    )
    if facts_bytes(made.facts).decode() != row.facts or made.text != row.body:
        raise Refused(tuple(verify(row)) or (_problem(row, "", "重新成文与定稿不符。"),))
    return made


def kept_of(row: FrozenFigure) -> Kept:
    """A stored figure as a value."""
    return Kept(
        row.recipe,
        row.value,
        row.unit,
        row.whole,
        row.wording,
        row.n,
        row.missing,
        row.pending,
        row.sources,
        row.sources_digest,
    )


def digest_of(row: FinalReport) -> str:
    """SHA-256 over everything that a final report says."""
    return digest(
        [row.title, row.day, row.source, row.details, row.body, row.facts, row.number, row.text_number]
    )


def _kept(made: Composed) -> list[tuple[str, str, Kept]]:
    found = []
    for fact in made.facts.figures:
        name = made.used[fact.id]
        figure = made.figures[name]
        found.append((fact.id, name, kept(figure, fact.wording, made.revisions[name], fact.unit)))
        for other in made.together.get(fact.id, ()):
            beside = made.figures[other]
            found.append(
                (f"{fact.id}+{other}", other, kept(beside, fact.wording, made.revisions[other], fact.unit))
            )
    return found


def _moved(before: FinalReport, made: Composed) -> bool:
    old = {each.key: kept_of(each) for each in reports.frozen(before)}
    new = {key: each for key, _, each in _kept(made)}
    if old.keys() != new.keys() or json.loads(before.details) != dict(made.details):
        return True
    return any(moved(old[key], new[key]) for key in old)


def _people_needed(day: date) -> int:
    return number(PEOPLE, day)


def _problem(row: FinalReport, key: str, text: str) -> Problem:
    return Problem(Where(field=f"《{row.title}》{key}"), "verify.final_report", text)
