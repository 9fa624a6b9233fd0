"""catalog/dashboards/*.yaml → boards. docs/how-to/add-a-board.md"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from youju.core.dashboard import Board, Tile, column_measure, tile_recipe
from youju.core.measure import UnitKind
from youju.core.period import parse_period
from youju.core.problem import DomainError
from youju.core.register import Catalog
from youju.specs.source import Block, Problems, parse_source, read_folder, read_text, shown

_KINDS = get_args(UnitKind)
_ANY = parse_period("2024")


def read_boards(folders: Sequence[Path], catalog: Catalog) -> tuple[dict[str, Board], list[Problems]]:
    """The boards of these folders; one of a later folder takes the place of one of the same id.

    A figure or register that the catalog does not have is left out with a problem: a town that has not taken a register
    into use still sees the rest of its board.
    """
    found: dict[str, Board] = {}
    problems = []
    for folder in folders:
        paths, overlooked = read_folder(folder, ".yaml")
        problems.extend(overlooked)
        for path in paths:
            own = Problems(shown(path))
            problems.append(own)
            text = read_text(path, own)
            block = None if text is None else parse_source(text, own)
            if block is not None:
                board = _read(block, path.stem, catalog)
                found[board.id] = board
    return found, problems


def _read(block: Block, stem: str, catalog: Catalog) -> Board:
    name = block.text("id", required=True)
    if name != stem:
        block.problem("board.id", f"id 应与文件名一致，写成 id: {stem}。", "id")
    board = Board(
        stem,
        block.text("title", required=True),
        _kinds(block, "for"),
        tuple(tile for each in block.items("figures", texts=True) if (tile := _tile(each, block, catalog))),
        _kinds(block, "rows"),
        tuple(each for each in block.texts("registers") if _register(each, block, catalog)),
        block.text("source"),
    )
    block.finish()
    return board


def _kinds(block: Block, key: str) -> tuple[UnitKind, ...]:
    found: list[UnitKind] = []
    for each in block.texts(key):
        if each in _KINDS:
            found.append(each)  # type: ignore[arg-type]
        else:
            block.problem("board.kind", f"“{each}”不是组织类别。可用：{'、'.join(_KINDS)}。", key)
    return tuple(found)


def _tile(each: Block | str, block: Block, catalog: Catalog) -> Tile | None:
    if isinstance(each, str):
        tile, where = Tile(each), block
    else:
        tile, where = (
            Tile(each.text("recipe", required=True), each.text("title"), each.flag("trend", default=True)),
            each,
        )
        each.finish()
    try:
        tile_recipe(tile, "…", _ANY, catalog, _ANY.last)
    except DomainError as error:
        where.problem(error.code, error.message, "recipe" if where is each else "figures")
        return None
    return tile


def _register(name: str, block: Block, catalog: Catalog) -> bool:
    if column_measure(name, catalog) is None:
        block.problem("board.register", f"没有启用台账“{name}”，或它没有数据项。", "registers")
        return False
    return True
