"""The whole catalog: the shipped folder and the town's own beside it, every problem of every file at once.

What a local file may do to a shipped one of the same name: a parameter and a report take its place, a list of
choices adds to it (`extends: true`), units gain aliases; a register never replaces another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import process

from youju.core.measure import Measure
from youju.core.problem import Problem, Refused
from youju.core.quantity import UnitTable
from youju.core.register import Catalog
from youju.core.report import ReportSpec
from youju.specs.checks import check_registers
from youju.specs.choices import ChoiceList, read_choices
from youju.specs.lexicon import load_units
from youju.specs.parameters import Parameter, read_parameters
from youju.specs.registers import RegisterFile, read_register
from youju.specs.reports import read_reports
from youju.specs.source import Problems, read_folder, shown

FOLDERS = (
    "registers", "lexicon", "parameters", "reports", "terms", "norms", "frameworks", "dashboards",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything of the catalog, and everything that is wrong in it, by file and line."""

    catalog: Catalog
    choices: Mapping[str, ChoiceList]
    parameters: Mapping[str, Parameter]
    reports: Mapping[str, ReportSpec]
    units: UnitTable
    problems: tuple[Problem, ...]


def load_catalog(shipped: Path, local: Path | None, units: UnitTable | None = None) -> Loaded:
    """Read the shipped catalog and the local one beside it; what is missing of either is skipped.

    units  the unit table, when the caller has it; else units.yaml of both folders. When that cannot be read,
           its problems are all that is said: nothing else could be checked
    """
    folders = [folder for folder in (shipped, local) if folder is not None and folder.is_dir()]
    if units is None:
        try:
            units = load_units([each for folder in folders if (each := folder / "units.yaml").is_file()])
        except Refused as refusal:
            return Loaded(Catalog({}, {}), {}, {}, {}, UnitTable(()), _sorted(refusal.problems))
    choices, of_choices = read_choices([folder / "lexicon" / "choices" for folder in folders])
    parameters, of_parameters = read_parameters([folder / "parameters" for folder in folders])
    files, of_others = _read_registers(folders, units, choices)
    catalog = _catalog(files)
    check_registers(files, catalog, units)
    reports, of_reports = read_reports([folder / "reports" for folder in folders], catalog)
    every = [
        *_misnamed_folders(folders),
        *of_choices,
        *of_parameters,
        *of_others,
        *(file.problems for file in files),
        *of_reports,
    ]
    problems = [problem for each in every for problem in each.found]
    return Loaded(catalog, choices, parameters, reports, units, _sorted(problems))


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    unique = {(each.where, each.code, each.text): each for each in problems}
    return tuple(sorted(unique.values(), key=lambda each: (each.where.file, each.where.line or 0)))


def _misnamed_folders(folders: Sequence[Path]) -> list[Problems]:
    found = []
    for folder in folders:
        for path in sorted(folder.iterdir()):
            if path.is_dir() and path.name not in FOLDERS and not path.name.startswith((".", "_")):
                near = process.extractOne(path.name, FOLDERS, score_cutoff=50)
                hint = f"是不是“{near[0]}”？" if near else f"可用：{'、'.join(FOLDERS)}。"
                problems = Problems(shown(path))
                problems.add(1, "catalog.other_folder", f"不读名为“{path.name}”的文件夹。{hint}")
                found.append(problems)
    return found


def _read_registers(
    folders: Sequence[Path], units: UnitTable, choices: Mapping[str, ChoiceList]
) -> tuple[list[RegisterFile], list[Problems]]:
    files: dict[str, RegisterFile] = {}
    others: list[Problems] = []
    for folder in folders:
        paths, overlooked = read_folder(folder / "registers", ".yaml")
        others.extend(overlooked)
        for path in paths:
            found = read_register(path, units, choices)
            if isinstance(found, Problems):
                others.append(found)
            elif (there := files.get(found.register.id)) is not None:
                text = f"已有台账“{found.register.id}”（{there.problems.file}）。请换一个 id 和文件名。"
                found.problems.add(1, "register.there", text)
                others.append(found.problems)
            else:
                files[found.register.id] = found
    return list(files.values()), others


def _catalog(files: Sequence[RegisterFile]) -> Catalog:
    measures: dict[str, Measure] = {}
    for file in files:
        for number, measure in enumerate(file.register.measures):
            if measure.id in measures:
                owner = measures[measure.id].register
                text = f"数据项“{measure.id}”已由台账“{owner}”设立。请换名，或只写 observe 记入它。"
                file.problems.add(file.lines[number], "measure.twice", text)
            elif measure.id:
                measures[measure.id] = measure
    return Catalog({file.register.id: file.register for file in files}, measures)
