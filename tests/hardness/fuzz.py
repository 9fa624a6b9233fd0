"""Any request that the interface's description allows, and many that it does not (reference: G5, threat 18).

No answer is a fault, and each is one that the description names, in its media type and of its form. Values are made up;
every second request has real units, records, reports and recipes in it, of the caller's town and of another.
"""

from __future__ import annotations

import os
import random
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode

from tests.hardness.apart import in_processes
from tests.hardness.proof import Found, Place, Proof
from tests.web import world as worlds
from tests.web.world import CAST, NOW, OFFICE_REGISTER, PLACES, VILLAGE_REGISTER, World, clock_at_now
from youju.actions import tokens

CALLERS = ("recorder", "clerk", "leader", "county", "stranger")
SLOW = ("render", "/final", "audits", "trace", "evidence")  # a tenth of the cases of the others
FULL = 50_000
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)


def prove(count: int, place: Place) -> Found:
    """Send at least `count` requests, spread over all operations."""
    processes = 1 if count < FULL else len(os.sched_getaffinity(0))
    with place.new_ledger() as ledger:
        world = worlds.build()
        said = in_processes(
            ledger, place.folder, processes, lambda number: ask_all(world, -(-count // processes), number)
        )
    answered: Counter[str] = Counter()
    for each in said:
        answered.update(each["answered"])
    wrong = [text for each in said for text in each["wrong"]]
    total = sum(answered.values())
    if total < count:
        wrong.append(f"only {total} requests")
    statuses = ", ".join(f"{number}×{status}" for status, number in sorted(answered.items()))
    return Found(f"{total} requests to {said[0]['operations']} operations ({statuses})", tuple(wrong))


def ask_all(world: World, count: int, number: int) -> dict[str, Any]:
    """All operations, each as often as its share; whatever is written is taken back."""
    answered: Counter[str] = Counter()
    wrong: dict[str, str] = {}
    with clock_at_now(), one_connection(), warnings.catch_warnings(), transaction.atomic():
        warnings.simplefilter("ignore")  # of files that a test client leaves to the collector
        bearers = [bearer(world, account) for account in CALLERS]
        application = get_wsgi_application()
        schema = schemathesis.openapi.from_wsgi(
            "/api/v1/openapi.json", application, headers={"Host": "localhost"}
        )
        operations = [result.ok() for result in schema.get_all_operations()]  # type: ignore[union-attr]
        shares = [1 if any(word in each.path for word in SLOW) else 10 for each in operations]
        for operation, share in zip(operations, shares, strict=True):
            wanted = -(-count * share // sum(shares))
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                ask(operation, mode, -(-wanted // 2), number, world, bearers, answered, wrong)
        transaction.set_rollback(True)
    return {"answered": answered, "wrong": list(wrong.values()), "operations": len(operations)}


def ask(
    operation: Any,
    mode: GenerationMode,
    wanted: int,
    number: int,
    world: World,
    bearers: list[dict[str, str]],
    answered: Counter[str],
    wrong: dict[str, str],
) -> None:
    """One operation, in one way of making up requests; one fault of each kind is told with its request."""
    name = f"{operation.method.upper()} {operation.path}"
    rng = random.Random(f"{name} {mode} {number}")
    checks = [check for check in schemathesis.checks.CHECKS.get_all() if check.__name__ in CHECKS]
    assert len(checks) == len(CHECKS)
    made = Counter[str]()

    def send(case: Any) -> None:
        if rng.random() < 0.5:
            case = with_real_values(case, world, rng)
        with transaction.atomic():
            answer = case.call(headers=rng.choice(bearers))
            transaction.set_rollback(True)
        answered[str(answer.status_code)] += 1
        made["sent"] += 1
        try:
            case.validate_response(answer, checks=checks)
        except FailureGroup as failures:
            told = "; ".join(" ".join(str(each).split())[:200] for each in failures.exceptions)
            request = f"{case.path_parameters} {case.query} {str(case.body)[:200]}"
            wrong.setdefault(
                f"{name} {answer.status_code} {told[:60]}", f"{name}: {answer.status_code} {told} {request}"
            )

    # Hypothesis ends a search early when it runs out of new examples: another seed finds others.
    for attempt in range(20):
        left = wanted - made["sent"]
        if left <= 0:
            break
        limits = settings(
            max_examples=left,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        try:
            seed(20260101 + 1000 * number + attempt)(
                limits(given(case=operation.as_strategy(generation_mode=mode))(send))
            )()
        except schemathesis.errors.SchemathesisError:
            break  # nothing of this operation can be made wrong
        except Exception as unsatisfiable:
            if "Unsatisfiable" not in type(unsatisfiable).__name__:
                raise
            break


def with_real_values(case: Any, world: World, rng: random.Random) -> Any:
    """The request with ids, names and recipes that exist where it has some."""
    place = rng.choice(list(PLACES))
    unit = rng.choice([PLACES[place], "甲镇", "乙镇", "示范县"])
    recipe = (
        rng.choice(["发放宣传资料", "召开会议", "publicity.leaflets.handed_out"])
        + f" @{unit} "
        + rng.choice(["2024", "2024-04", "2024-01..2024-04"])
    )
    path, query = dict(case.path_parameters or {}), dict(case.query or {})
    kind = "report" if "/reports/" in case.operation.path else "entry"
    if "uid" in path:
        path["uid"] = str(world.objects[kind][place])
    if "kind" in path:
        path["kind"] = rng.choice(["docx", "text", "facts", "csv", "html", "check"])
    real = {"unit": unit, "recipe": recipe, "report": "work-summary", "first": "2024-01-01", "last": "2024-04-30", "kind": "text", "register_id": VILLAGE_REGISTER, "period": "2024-04"}  # fmt: skip
    query |= {name: real[name] for name in query if name in real and rng.random() < 0.8}
    body = case.body
    if isinstance(body, dict):
        office = rng.random() < 0.3
        entry = (
            {"day": "2024-04-20", "kind": "专题会", "times": "1"}
            if office
            else {"day": "2024-04-20", "count": "3"}
        )
        good = {"unit": unit, "register_id": OFFICE_REGISTER if office else VILLAGE_REGISTER, "values": entry, "recipes": [recipe], "version": 1, "as_of": "2024-04-30", "text": f"{unit}发放宣传资料{rng.randrange(900)}份。"}  # fmt: skip
        body = {
            name: good[name] if name in good and rng.random() < 0.7 else value for name, value in body.items()
        }
    case.path_parameters, case.query, case.body = path or case.path_parameters, query or case.query, body
    return case


def bearer(world: World, account: str) -> dict[str, str]:
    """The headers of a program that acts for an account."""
    role, at = CAST[account]
    until = NOW.date() + timedelta(days=9)
    issued = tokens.issue(role, world.unit[at], "测试", until, by=world.who[account])
    return {"Authorization": f"Bearer {issued.secret}", "Host": "localhost"}


@contextmanager
def one_connection() -> Iterator[None]:
    """Requests share this thread's connection and transaction, as those of Django's own test client do."""
    both = (request_started, request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    yield
    for signal in both:
        signal.connect(close_old_connections)


PROOF = Proof(
    title="接口的任意请求",
    counted="requests",
    prove=prove,
    full={"sqlite": FULL},
    short={"sqlite": 450},
)
