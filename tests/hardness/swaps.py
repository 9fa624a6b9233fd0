"""Invariant 7: ids, names and recipes of another town in every parameter of every address (reference: G2, threat 8).

Each swap is one request of one account: a page, a fragment or an operation of the interface as it should be asked, with
one to three of its parameters, or some it does not have, set to what is another's. No answer holds a word of theirs.
"""

from __future__ import annotations

import json
import os
import random
import re
import uuid
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import NoReverseMatch, reverse

import youju.web
from tests.hardness.apart import in_processes
from tests.hardness.proof import Found, Place, Proof
from tests.web import world as worlds
from tests.web.declared import KINDS, as_it_was, routes, without_quotas
from tests.web.program import BUSINESS, OPERATIONS, Program, issued, new_entry, recipe
from tests.web.said import words_of
from tests.web.samples import sample
from tests.web.world import CAST, PLACES, World, clock_at_now
from youju.store.models import Job
from youju.web.access import Route

FULL = 10_000
SLOW = re.compile(r"proof|filled|report_file|_docx|_xlsx|report_new|report_begin")
PARAMETER = re.compile(r'request\.(?:GET|POST)(?:\.get|\.getlist)?[(\[]"(\w+)"')
# Everybody whose grants leave something out; whoever sees the whole county has nothing foreign in this world.
ACCOUNTS = (*(name for name in CAST if name != "county"), "limited", "")


def prove(count: int, place: Place) -> Found:
    """Make so many swaps."""
    processes = 1 if count < FULL else len(os.sched_getaffinity(0))
    with place.new_ledger() as ledger:
        world = worlds.build()
        said = in_processes(
            ledger, place.folder, processes, lambda number: Swapping(world, number).do(-(-count // processes))
        )
    statuses: Counter[str] = Counter()
    for each in said:
        statuses.update(each["statuses"])
    asked = {name for each in said for name in each["asked"]}
    told = ", ".join(f"{number}×{status}" for status, number in sorted(statuses.items()))
    wrong = [text for each in said for text in each["wrong"]]
    return Found(
        f"{sum(statuses.values())} swaps at {len(asked)} addresses ({told}): {len(wrong)} told something",
        tuple(wrong),
    )


@dataclass
class Swapping:
    """One process's part."""

    world: World
    number: int

    def do(self, count: int) -> dict[str, Any]:
        """So many swaps; what was answered, and what was wrong."""
        self.rng = random.Random(f"swaps {self.number}")
        self.extra = sorted(parameters())
        self.jobs = [str(uid) for uid in Job.unscoped.values_list("uid", flat=True)]
        statuses: Counter[str] = Counter()
        asked: set[str] = set()
        wrong: list[str] = []
        every = [route for route in routes() if not route.name.startswith(("account_", "mfa_"))]
        weights = [0.1 if SLOW.search(route.name) else 1.0 for route in every]
        with clock_at_now(), without_quotas():
            clients = {name: self.client(name) for name in ACCOUNTS}
            programs = {
                name: Program(issued(self.world, name)) for name in (*BUSINESS, "limited") if name != "county"
            }
            while statuses.total() < count:
                account = self.rng.choice(ACCOUNTS)
                with as_it_was():
                    if account in programs and self.rng.random() < 0.3:
                        name, sent, answer = self.ask_interface(programs[account], account)
                    else:
                        (route,) = self.rng.choices(every, weights)
                        name, sent, answer = self.ask_page(clients[account], account, route)
                    if answer is None:
                        continue
                    said = words_of(answer)
                statuses[str(answer.status_code)] += 1
                asked.add(name)
                # Whoever typed a word may read it again: that tells nothing.
                secret = [word for word in self.world.unseen(account) if word not in sent]
                if "audit" in name:  # 材料体检 says of whose town a place in a text is: that is on every map
                    secret = [word for word in secret if word not in self.world.unit]
                told = [word for word in secret if word in said]
                if told or answer.status_code == 500:
                    wrong.append(
                        f"{name} as {account or 'nobody'}: {answer.status_code} tells {told} to {sent[:300]}"
                    )
        return {"statuses": statuses, "asked": sorted(asked), "wrong": wrong}

    def client(self, account: str) -> Client:
        """A browser of an account."""
        made = Client(raise_request_exception=False)
        if account:
            made.force_login(self.world.login(account))
        return made

    def foreign_places(self, account: str) -> list[str]:
        """Where this account sees nothing, or its register is another."""
        if account == "limited":
            return ["office", "department", "town"]
        held = self.world.grants.get(account, ())
        inside = {
            place
            for place, name in PLACES.items()
            for grant in held
            if self.world.tree.contains(grant.unit, self.world.unit[name], self.world.today)
        }
        return [place for place in PLACES if place not in inside] or list(PLACES)

    def foreign(self, account: str) -> str:
        """Something of another's, as it may stand in a parameter."""
        world, place = self.world, self.rng.choice(self.foreign_places(account))
        name = world.names[place]
        kind = self.rng.choice(list(world.objects))
        unit = self.rng.choice([name, "乙镇" if place == "town" else name])
        found: list[object] = [
            *[world.objects[kind][place]] * 4,
            world.unit[unit],
            world.uid[unit],
            unit,
            world.files[place],
            recipe(world, place),
            f"{recipe(world, place)} by unit",
            f"发放宣传资料 @{unit} 2024",
            *self.jobs[:2],
        ]
        return str(self.rng.choice(found))

    def ask_page(self, client: Client, account: str, route: Route) -> tuple[str, str, Any]:
        """One address of the pages."""
        method = self.rng.choice(route.methods)
        home = self.home(account)
        given = sample(self.world, route.name, home)
        path = {argument: str(self.world.objects[KINDS[find]][home]) for argument, find in route.of.items()}
        path |= {name: str(value) for name, value in given.arguments.items()}
        sent = dict(given.query) if method == "GET" else dict(given.data)
        self.swap(path, sent, account)
        try:
            address = reverse(route.name, kwargs=path)
        except NoReverseMatch:
            return route.name, "", None  # no id of that form can stand there
        headers = {"hx-request": "true"} if self.rng.random() < 0.5 else {}
        if method == "GET":
            answer = client.get(address, sent, headers=headers)
        else:
            answer = client.post(address, {"once": str(uuid.uuid4()), **sent}, headers=headers)
        if answer.status_code == 302 and self.rng.random() < 0.3:
            answer = client.get(answer["Location"], headers=headers)
        return f"{method} {route.name}", f"{path} {sent}", answer

    def swap(self, path: dict[str, str], sent: dict[str, Any], account: str) -> None:
        """Set some of the parameters to what is another's."""
        names = [*((path, name) for name in path), *((sent, name) for name in sent if name != "once")]
        for where, name in self.rng.sample(names, min(len(names), self.rng.choice((1, 1, 2, 3)))):
            where[name] = self.foreign(account)
        if not names or self.rng.random() < 0.5:
            for name in self.rng.sample(self.extra, 2):
                sent.setdefault(name, self.foreign(account))
        if self.rng.random() < 0.2:
            sent["form"] = self.rng.choice(("csv", "xlsx", "pdf"))

    def home(self, account: str) -> str:
        """A place that the account knows, when there is one."""
        foreign = set(self.foreign_places(account))
        return self.rng.choice([place for place in PLACES if place not in foreign] or list(PLACES))

    def ask_interface(self, program: Program, account: str) -> tuple[str, str, Any]:
        """One operation of the interface."""
        world, home = self.world, self.home(account)
        name = self.rng.choice(list(OPERATIONS))
        method, _, address = name.partition(" ")
        body: dict[str, Any] = {}
        query: dict[str, Any] = {}
        path = {
            "uid": str(world.objects["report" if "/reports/" in address else "entry"][home]),
            "kind": "text",
        }
        path = {key: value for key, value in path.items() if f"{{{key}}}" in address}
        if address.endswith(("/figure", "/trace")):
            query = {"recipe": recipe(world, home), "form": self.rng.choice(("", "csv", "xlsx"))}
        elif address.endswith("/render"):
            query = {"report": "work-summary", "unit": world.names[home], "first": "2024-01-01", "last": "2024-04-30", "kind": "text"}  # fmt: skip
        elif address.endswith("/entries") and method == "get":
            query = {"unit": world.names[home], "form": self.rng.choice(("", "csv", "xlsx"))}
        elif address.endswith("/entries"):
            body = new_entry(world, home)
        elif address.endswith("/figures"):
            body = {"recipes": [recipe(world, home)]}
        elif address.endswith("/audits"):
            body = {"text": "发放宣传资料20份。", "unit": world.names[home]}
        elif method == "post" and "final" in address:
            body = {"version": 1}
        self.swap(path, query if method == "get" else body, account)
        query = {key: value for key, value in query.items() if value}
        if "recipes" in body:
            body["recipes"] = [body["recipes"]] if isinstance(body["recipes"], str) else body["recipes"]
        for key, value in path.items():
            address = address.replace(f"{{{key}}}", value.replace("/", "%2F"))
        sent = f"{path} {query} {json.dumps(body, ensure_ascii=False)}"
        headers = {"idempotency-key": str(uuid.uuid4())}
        if "evidence" in address:
            file = SimpleUploadedFile("单.txt", uuid.uuid4().bytes.hex().encode())
            return name, sent, program.client.post(address, {"file": file, **body}, headers=headers)
        if method == "get":
            return name, sent, program.client.get(address, query)
        return name, sent, program.client.post(address, json.dumps(body), "application/json", headers=headers)


def parameters() -> set[str]:
    """The names that any page reads from a query or a form."""
    folder = Path(youju.web.__file__).parent
    return {
        name for path in folder.rglob("*.py") for name in PARAMETER.findall(path.read_text(encoding="utf-8"))
    } - {"once"}


PROOF = Proof(
    title="他人的编号、名称和取数式放进每个参数",
    counted="swaps",
    prove=prove,
    full={"sqlite": FULL},
    short={"sqlite": 400},
)
