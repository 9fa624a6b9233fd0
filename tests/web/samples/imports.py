"""导入."""

import uuid

from tests.web.samples import Maker, Sample
from tests.web.world import VILLAGE_REGISTER


def _once(**data: str) -> Maker:
    return lambda world, place: Sample(data={**data, "once": str(uuid.uuid4())})


SAMPLES: dict[str, Maker] = {
    "import_template": lambda world, place: Sample(arguments={"register": VILLAGE_REGISTER}),
    "import_correct": _once(register="", provider=""),
    "import_commit": _once(partial="1"),
    "import_adjust": _once(reason="年后才收到"),
    "import_discard": _once(),
    "batch_take_back": _once(reason="选错了文件"),
}
