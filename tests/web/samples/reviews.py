"""审核."""

import uuid

from tests.web.samples import Maker, Sample
from tests.web.world import World


def _decide(world: World, place: str) -> Sample:
    entry = str(world.objects["entry"][place])
    return Sample(
        data={"once": str(uuid.uuid4()), "entries": [entry], "verdict": "return", "reason": "看不清"},
        placed=True,
    )


SAMPLES: dict[str, Maker] = {"reviews_decide": _decide}
