"""Whether roll-ups and rows say the same, of whole figures: value, n, missing, pending, whole. A difference stops the bench."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bench.scale.figures import Asked, recipes
from bench.scale.ledger import TODAY
from youju.core.figure import Figure
from youju.core.grant import NotAllowed, Viewer
from youju.core.orgtree import LEVEL_OF_KIND, OrgTree
from youju.core.period import Period, parse_period
from youju.core.recipe import NOW, Recipe

ODD = ("2025-03-05..2025-06-17", "2023-11-20..2025-02-10", "2024", "2024Q2")


class Wrong(AssertionError):
    """Two ways that must say the same do not."""


def same(wanted: Sequence[Recipe], viewer: Viewer) -> int:
    """Compare the product's figures from roll-ups with those from rows alone. Returns how many; raises Wrong."""
    from youju.store.queries import figures

    world = figures.world_at(NOW, TODAY)
    rolled = figures.evaluate_in(world, wanted, viewer)
    raw = figures.evaluate_in(replace(world, grid=None), wanted, viewer)
    for recipe, one, other in zip(wanted, rolled, raw, strict=True):
        if _said(one) != _said(other):
            raise Wrong(f"{recipe}: roll-ups say {_said(one)}, rows say {_said(other)}")
    return len(wanted)


def _said(figure: Figure) -> tuple[object, ...]:
    return (figure.value, figure.n, figure.missing, figure.pending, figure.whole, figure.missing_units)


def viewers(asked: Asked) -> None:
    """Whoever was granted this unit alone sees its figures as the province does, and nothing of another's. Raises Wrong."""
    from youju.core.grant import Grant
    from youju.store.queries import figures, scope

    wanted = recipes(asked)[:6]
    only = Viewer(0, "only", "only", (Grant("clerk", asked.unit),))
    world = figures.world_at(NOW, TODAY)
    if figures.evaluate_in(world, wanted, only) != figures.evaluate_in(world, wanted, scope.viewer("clerk")):
        raise Wrong(f"{asked.title}: the figures depend on who asks")
    towns = world.tree.members(_top(world.tree), TODAY, "town")
    outside = [each for each in towns if not world.tree.contains(asked.unit, each, TODAY)][-1:]
    for recipe in [
        recipe
        for each in outside
        for recipe in recipes(replace(asked, code=world.tree.naming(each, TODAY).code))
    ]:
        try:
            figures.evaluate_in(world, [recipe], only)
        except NotAllowed:
            continue
        raise Wrong(f"{recipe}: shown to somebody who was not granted it")


def reorganised() -> int:
    """Compare where units moved and merged, in periods that hold the day, odd ones too. Returns how many; raises Wrong."""
    from youju.store.queries import scope
    from youju.store.queries.ledger import head
    from youju.store.queries.tree import tree_of

    tree, viewer = tree_of(head().org_seq), scope.viewer("clerk")
    changed = [unit for unit, own in tree.placements.items() if len(own) > 1 or own[-1].successor]
    towns = [unit for unit in changed if tree.kind(unit, date(2023, 1, 1)) == "town"]
    count = 0
    for unit in towns[:6]:
        own = tree.placements[unit]
        around = {unit, *tree.heirs(unit), *(each.parent for each in own if each.parent)}
        for number, each in enumerate(sorted(around)):
            period = parse_period(ODD[number % len(ODD)])
            count += same(recipes(_asked(tree, each, period)), viewer)
    return count


def _asked(tree: OrgTree, unit: int, period: Period) -> Asked:
    """This unit, as it is called at the period's end."""
    level = LEVEL_OF_KIND[tree.kind(unit, period.last)]
    code = tree.naming(unit, period.last).code
    return Asked(f"unit {unit}, {period}", unit, code, tree.place(unit, period.last) or 0, level, period)


def _top(tree: OrgTree) -> int:
    return next(iter(tree.placements))
