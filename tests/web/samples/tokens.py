"""接口令牌."""

import uuid
from datetime import timedelta

from tests.web.samples import Maker, Sample
from tests.web.world import NOW


def _issue(world: object, place: str) -> Sample:
    del world, place
    until = str(NOW.date() + timedelta(days=30))
    return Sample(data={"grant": "0", "title": "取数", "expires_on": until, "once": str(uuid.uuid4())})


def _revoke(world: object, place: str) -> Sample:
    del world, place
    return Sample(data={"token": "none", "once": str(uuid.uuid4())})


SAMPLES: dict[str, Maker] = {"tokens": _issue, "tokens_revoke": _revoke}
