"""材料体检."""

import uuid

from tests.web.samples import Maker, Sample
from tests.web.world import World


def _bring(world: World, place: str) -> Sample:
    return Sample(data={"text": "发放宣传资料20份。", "once": str(uuid.uuid4())})


def _change(world: World, place: str) -> Sample:
    return Sample(data={"unit": "", "as_of": "2024-04-30", "once": str(uuid.uuid4())})


SAMPLES: dict[str, Maker] = {
    "audits": _bring,
    "audit_change": _change,
    "audit_learn": lambda world, place: Sample(
        data={"start": "0", "measure": "publicity.leaflets.handed_out", "once": str(uuid.uuid4())}
    ),
}
