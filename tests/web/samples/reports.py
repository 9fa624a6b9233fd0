"""报告."""

import uuid

from tests.web.samples import Maker, Sample
from tests.web.world import World


def _once() -> dict[str, str]:
    return {"once": str(uuid.uuid4())}


PROSE = "一、情况\n\n发放宣传资料{{ 份数 }}。"


def _new(world: World, place: str) -> Sample:
    return Sample(
        data={
            **_once(),
            "begin_from": "",
            "unit": world.names[place],
            "first": "2024-01-01",
            "last": "2024-04-30",
        }
    )


def _recipe(world: World, place: str) -> Sample:
    return Sample(
        query={"recipe": f"publicity.leaflets.handed_out @{world.names[place]} 2024-01-01..2024-04-30"}
    )


SAMPLES: dict[str, Maker] = {
    "report_new": _new,
    "report_comment": lambda _world, _place: Sample(data={**_once(), "text": "请核对", "quote": "份数"}),
    "report_next": lambda _world, _place: Sample(
        data={**_once(), "first": "2024-05-01", "last": "2024-05-31"}
    ),
    "report_write": lambda _world, _place: Sample(data={"base": "1", "prose": PROSE}),
    "report_preview": lambda _world, _place: Sample(data={"base": "1", "prose": PROSE}),
    "report_insert": lambda _world, _place: Sample(
        query={"measure": "publicity.leaflets.handed_out", "chosen": "1"},
        data={**_once(), "measure": "publicity.leaflets.handed_out", "chosen": "1", "wording": "exact"},
    ),
    "report_phrase": lambda _world, _place: Sample(
        data={**_once(), "kind": "respectively", "figures": ["份数", "会议"]}
    ),
    "report_drawer": _recipe,
    "report_file": lambda _world, _place: Sample(arguments={"kind": "facts"}),
    "report_ask": lambda _world, _place: Sample(query={"code": "1"}),
}
