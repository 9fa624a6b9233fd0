"""Review 审核: who may confirm what, and what a confirmation means for the state of an entry."""

from __future__ import annotations

from youju.core.entry import STATES, ReasonRequired, State, WrongState
from youju.core.measure import UnitKind
from youju.core.problem import DomainError
from youju.core.register import Register

TOWN_AND_ABOVE: frozenset[UnitKind] = frozenset({"town", "county", "city", "province"})


class SelfConfirmation(DomainError):
    """The person who recorded an entry may not review it."""

    code = "entry.self_confirmation"
    text = "{name}是记录{entry}的登记人，请由其他人员审核。"


class TownReviewerNeeded(DomainError):
    """The register asks for a reviewer of the town, and the member reviews for a village only."""

    code = "entry.town_reviewer"
    text = "台账“{register}”须由镇级审核员审核，{name}的审核权限只在“{unit}”。"


def check_reviewer(entry: int, author: int, reviewer: int, name: str) -> None:
    """Raises SelfConfirmation when the author of a revision is its reviewer."""
    if author == reviewer:
        raise SelfConfirmation(name=name, entry=entry)


def check_reach(register: Register, reaches: dict[UnitKind, str], name: str) -> None:
    """Raises TownReviewerNeeded when none of the units the reviewer is granted for is of the town or above.

    reaches  kind → name of the units whose grants allow this review
    """
    if register.review == "town-reviewer" and not TOWN_AND_ABOVE & set(reaches):
        raise TownReviewerNeeded(register=register.title, name=name, unit="、".join(reaches.values()))


def check_pending(entry: int, state: State, action: str) -> None:
    """Raises WrongState unless the entry waits for review."""
    if state != "pending":
        hint = "待登记人补正后再审核。" if state == "returned" else ""
        raise WrongState(entry=entry, state=STATES[state], action=action, hint=hint)


def check_alive(entry: int, state: State, action: str) -> None:
    """Raises WrongState when the entry is void."""
    if state == "void":
        raise WrongState(entry=entry, state=STATES[state], action=action, hint="如作废有误，请重新登记。")


def check_reason(reason: str, action: str) -> str:
    """The reason without outer blanks. Raises ReasonRequired when nothing is left."""
    if not reason.strip():
        raise ReasonRequired(action=action)
    return reason.strip()
