"""意见箱."""

import uuid

from tests.web.samples import Maker, Sample


def _said(text: str) -> Maker:
    return lambda world, place: Sample(data={"text": text, "once": str(uuid.uuid4())})


SAMPLES: dict[str, Maker] = {"complaint": _said("表太多"), "complaint_answer": _said("已减")}
