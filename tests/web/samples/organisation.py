"""组织与人员, 操作记录."""

import uuid

from tests.web.samples import Maker, Sample
from tests.web.world import World


def _once(**data: str) -> Sample:
    return Sample(data={"once": str(uuid.uuid4()), **data})


def _rename(world: World, place: str) -> Sample:
    return Sample(
        arguments={"what": "rename"},
        data={"once": str(uuid.uuid4()), "name": "新名", "since": "2024-05-01"},
    )


SAMPLES: dict[str, Maker] = {
    "unit_change": _rename,
    "unit_close": lambda world, place: _once(through="2024-03-31"),
    "person_new": lambda world, place: _once(account="xin.ren", name="新人", unit="东村"),
    "person_grant": lambda world, place: _once(role="inspector", unit="甲镇"),
    "person_revoke": lambda world, place: _once(role="inspector", unit="1"),
    "person_login": lambda world, place: _once(),
    "person_factor": lambda world, place: _once(),
    "log_verify": lambda world, place: _once(),
}
