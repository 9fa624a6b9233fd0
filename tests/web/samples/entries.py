"""登记 and 记录."""

import uuid

from tests.web.samples import Maker, Sample
from tests.web.world import OFFICE_REGISTER, VILLAGE_REGISTER, World

OFFICES = ("office", "department")


def _once(**data: str) -> dict[str, str]:
    return {"once": str(uuid.uuid4()), **data}


def _register(place: str) -> str:
    return OFFICE_REGISTER if place in OFFICES else VILLAGE_REGISTER


def _new(world: World, place: str) -> Sample:
    said = (
        {"day": "2024-05-03", "kind": "专题学习会", "times": "1"}
        if place in OFFICES
        else {"day": "2024-05-03", "count": "20"}
    )
    return Sample(
        arguments={"register": _register(place)}, data=_once(do="submit", provider="村干部", **said)
    )


def _nil(world: World, place: str) -> Sample:
    # Only what is expected monthly can be reported nil; a register of offices is not.
    return Sample(arguments={"register": VILLAGE_REGISTER}, data=_once(slot="2024-03-01..2024-03-31"))


def _correct(world: World, place: str) -> Sample:
    said = (
        {"day": "2024-04-20", "kind": "专题学习会", "times": "2"}
        if place in OFFICES
        else {"day": "2024-04-20", "count": "210"}
    )
    return Sample(data=_once(reason="抄错", seen="1", **said))


def _file(world: World, place: str) -> Sample:
    return Sample(arguments={"sha256": world.files[place]})


def _paste(world: World, place: str) -> Sample:
    return Sample(data=_once(message="5月3日发放宣传资料200份"))


SAMPLES: dict[str, Maker] = {
    "record": _paste,
    "record_entry": _new,
    "record_nil": _nil,
    "draft_discard": lambda world, place: Sample(data=_once()),
    "adjustment": lambda world, place: Sample(data=_once(verdict="decline", reason="不必调整")),
    "entry_correct": _correct,
    "entry_void": lambda world, place: Sample(data=_once(reason="重复")),
    "entry_review": lambda world, place: Sample(data=_once(verdict="return", reason="看不清")),
    "entry_attach": lambda world, place: Sample(data=_once()),
    "entry_file": _file,
    "entry_preview": _file,
}
