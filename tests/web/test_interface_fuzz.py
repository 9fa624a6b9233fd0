"""Any request that the description allows, and many that it does not: no answer is a server error."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.web.world import CAST, NOW, World, clock_at_now
from youju.actions import tokens

CASES = int(os.environ.get("FUZZ_CASES", "25"))  # for each operation; the release run asks for 50,000 in all


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Requests share the test's connection and transaction, as those of Django's own test client do."""
    both = (request_started, request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    yield
    for signal in both:
        signal.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_no_request_is_a_server_error(world: World, one_connection: None) -> None:
    answered: Counter[int] = Counter()
    with clock_at_now(), transaction.atomic():
        role, at = CAST["recorder"]
        until = NOW.date() + timedelta(days=9)
        issued = tokens.issue(role, world.unit[at], "测试", until, by=world.who["recorder"])
        headers = {"Authorization": f"Bearer {issued.secret}", "Host": "localhost"}
        schema = schemathesis.openapi.from_wsgi(
            "/api/v1/openapi.json", get_wsgi_application(), headers=headers
        )
        for result in schema.get_all_operations():
            operation = result.ok()  # type: ignore[union-attr]

            @seed(20260101)
            @settings(
                max_examples=CASES,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy())
            def ask(case: Any) -> None:
                with transaction.atomic():
                    answer = case.call(headers=headers)
                    answered[answer.status_code] += 1
                    transaction.set_rollback(True)

            ask()
        transaction.set_rollback(True)
    assert sum(answered.values()) >= CASES
    assert {status for status in answered if status >= 500} == set()
    assert answered[200] > 0
