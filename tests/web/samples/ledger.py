"""台账."""

import uuid

from tests.web.samples import Maker, Sample
from tests.web.world import VILLAGE_REGISTER, World


def _list(world: World, place: str) -> Sample:
    return Sample(
        arguments={"register": VILLAGE_REGISTER}, query={"q": "金丝", "period": "2024年4月", "cols": "count"}
    )


def _export(world: World, place: str) -> Sample:
    return Sample(arguments={"register": VILLAGE_REGISTER, "form": "csv"})


def _save(world: World, place: str) -> Sample:
    data = {"once": str(uuid.uuid4()), "title": "四月", "query": "period=2024年4月"}
    return Sample(arguments={"register": VILLAGE_REGISTER}, data=data)


SAMPLES: dict[str, Maker] = {
    "ledger_list": _list,
    "ledger_export": _export,
    "view_save": _save,
    "view_delete": lambda world, place: Sample(data={"once": str(uuid.uuid4())}),
}
