"""Reports: writing one out as files. Rendering reads the ledger and changes nothing in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings

from youju.actions import clock
from youju.actions.composing import Composed, compose
from youju.core.figure import Figure
from youju.core.grant import Viewer
from youju.core.period import Period
from youju.core.problem import Problem
from youju.core.recipe import NOW, AsOf
from youju.core.report import ReportSpec
from youju.office.facts import Facts, facts_bytes
from youju.office.gongwen import gongwen_bytes
from youju.office.package import write_whole
from youju.office.pdf import pdf_bytes
from youju.store.queries import figures
from youju.store.queries.ledger import instant_of


@dataclass(frozen=True, slots=True)
class Rendered:
    """What was written. `warnings` say where another wording was taken, where somebody has not reported, what waits."""

    docx: Path
    pdf: Path
    facts_file: Path
    facts: Facts
    figures: Mapping[str, Figure]
    warnings: tuple[Problem, ...]
    text: str


def composed(
    spec: ReportSpec,
    unit_text: str,
    period: Period,
    *,
    viewer: Viewer,
    as_of: AsOf = NOW,
    day: date | None = None,
    strict: bool = True,
    sources: bool = True,
) -> Composed:
    """The report as of a moment; arguments and refusals as in `compose`."""
    world = figures.world_at(as_of, clock.today())
    return compose(
        spec,
        unit_text,
        period,
        viewer=viewer,
        world=world,
        at=instant_of(world.moment.seq),
        day=day,
        strict=strict,
        sources=sources,
    )


def render(
    spec: ReportSpec,
    unit_text: str,
    period: Period,
    *,
    viewer: Viewer,
    out: Path,
    as_of: AsOf = NOW,
    day: date | None = None,
) -> Rendered:
    """Write `out`/<id>.docx, <id>.pdf and <id>.facts.json; arguments and refusals as in `compose`."""
    made = composed(spec, unit_text, period, viewer=viewer, as_of=as_of, day=day)
    data = facts_bytes(made.facts)
    meta = made.meta(data)
    out.mkdir(parents=True, exist_ok=True)
    docx, pdf, facts_file = (out / f"{spec.id}.{end}" for end in ("docx", "pdf", "facts.json"))
    write_whole(facts_file, data)
    write_whole(docx, gongwen_bytes(made.document, meta, made.notes))
    write_whole(pdf, pdf_bytes(made.document, meta, made.notes, facts=data, fonts=fonts_folder()))
    return Rendered(docx, pdf, facts_file, made.facts, made.figures, made.warnings, made.text)


def fonts_folder() -> Path:
    """Where the town puts fonts it has a licence for."""
    return Path(settings.DATA_DIR) / "fonts"
