"""接口令牌 on the page: shown once, good for its one grant, ended at once; nothing for administrators."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

from django.test import Client

from tests.web.declared import as_it_was
from tests.web.program import Program
from tests.web.test_overview import text
from tests.web.world import NOW, World, clock_at_now

Clients = Callable[[str], Client]


def test_a_token_is_shown_once_opens_the_interface_and_ends(world: World, client_of: Clients) -> None:
    until = str(NOW.date() + timedelta(days=20))
    with clock_at_now(), as_it_was():
        clerk = client_of("clerk")
        asked = {"grant": "0", "title": "报送系统", "expires_on": until, "once": str(uuid.uuid4())}
        shown = text(clerk.post("/account/tokens", asked))
        secret = re.search(r"<code>(youju_[\w-]+)</code>", shown)
        assert secret is not None
        program = Program(secret[1])
        assert program.get("figure", recipe=f"发放宣传资料 @{world.names['own']} 2024-03").status_code == 200

        again = clerk.post("/account/tokens", asked)  # the page reloaded: no second token, no secret
        assert again.status_code == 422
        assert "已经提交过" in again.content.decode()
        listed = text(clerk.get("/account/tokens"))
        assert secret[1] not in listed
        (token,) = re.findall(r'name="token" value="([^"]+)"', listed)

        client_of("leader").post("/account/tokens/revoke", {"token": token, "once": str(uuid.uuid4())})
        assert program.get("units").status_code == 200, "somebody else's revocation does nothing"
        clerk.post("/account/tokens/revoke", {"token": token, "once": str(uuid.uuid4())})
        assert program.get("units").status_code == 401


def test_a_day_too_far_away_is_said_beside_its_field(client_of: Clients) -> None:
    with clock_at_now(), as_it_was():
        asked = {"grant": "0", "title": "长期", "expires_on": "2034-01-01", "once": str(uuid.uuid4())}
        refused = client_of("clerk").post("/account/tokens", asked)
        assert refused.status_code == 422
        assert "令牌的失效日期应在" in refused.content.decode()


def test_the_interface_is_described_on_a_page(client_of: Clients) -> None:
    page = text(client_of("clerk").get("/interface"))
    assert page.count("/api/v1/") > 10
    assert "openapi.json" in page
