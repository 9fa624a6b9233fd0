"""数字."""

from tests.web.samples import Maker, Sample
from tests.web.world import World


def _figure(world: World, place: str) -> Sample:
    return Sample(query={"recipe": f"发放宣传资料 @{world.names[place]} 2024-01-01..2024-04-26"}, placed=True)


SAMPLES: dict[str, Maker] = {"figure": _figure}
