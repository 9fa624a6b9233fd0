"""The demo's workbooks read as the importer reads them, without a database: reader, tables, lines."""

from __future__ import annotations

from functools import cache

from demo import neighbours, town
from demo.events import CATALOG, catalog
from demo.workbooks import WorkbookPlan
from youju.core.importing import Context, Line, field_names, read_lines
from youju.core.orgtree import Naming, OrgTree, Placement, Tagging
from youju.core.problem import Problem
from youju.core.quantity import UnitTable
from youju.core.table import Table, find_tables
from youju.office.workbook import read_workbook
from youju.specs.lexicon import load_units


def every_place() -> list[town.Place]:
    """The county and its three towns, in the order they are set up."""
    return town.places() + neighbours.places()


@cache
def units() -> UnitTable:
    return load_units([CATALOG / "units.yaml"])


@cache
def tree() -> OrgTree:
    """The county and its towns as the demo sets them up, ids by order."""
    ids = {place.name: number for number, place in enumerate(every_place(), 1)}
    placements: list[Placement] = []
    namings: list[Naming] = []
    for place in every_place():
        found = OrgTree(placements, namings)
        parent = ids.get(place.parent)
        spot = found.free_place(parent, place.kind, place.since, place.code)
        placements.append(Placement(ids[place.name], parent, spot, place.since))
        namings.append(
            Naming(ids[place.name], place.name, place.kind, place.code, place.since, aliases=place.aliases)
        )
    taggings = [Tagging(ids[hamlet], town.ROADSIDE, since) for hamlet, since in town.roadside().items()]
    return OrgTree(placements, namings, taggings)


@cache
def unit_id(name: str) -> int:
    return next(number for number, place in enumerate(every_place(), 1) if place.name == name)


def read(plan: WorkbookPlan) -> tuple[list[Line], list[Problem]]:
    """Every record of the file as the importer would take it, and what concerns no single row."""
    register = catalog().register(plan.register)
    unit, day = unit_id(plan.unit), plan.at.date()
    line = [unit, *tree().ancestors(unit, day)]
    own = next(each for each in line if tree().kind(each, day) == "town")
    context = Context(register, tree(), unit, day, units(), plan.path.name, own)
    tables: list[Table] = []
    problems: list[Problem] = []
    for sheet in read_workbook(plan.path).sheets:
        found = find_tables(sheet, field_names(register), file=plan.path.name, units=units())
        tables += found.tables
        if found.tables:
            problems += found.problems
    return list(read_lines(tables, context)), problems
