"""The steps of the demo: in order, by people who may do them, over entries that stand where the step needs them."""

from __future__ import annotations

from datetime import date

from demo import neighbours, town
from demo.events import Event, catalog
from demo.history import histories, history
from demo.plan import (
    CLOSED_AT,
    CLOSED_THROUGH,
    END,
    SET_UP,
    Close,
    Correct,
    Import,
    Look,
    Nil,
    Record,
    Rename,
    Return,
    Review,
    Step,
    Tag,
    Void,
    steps,
)
from tests.demo.reading import tree, unit_id
from youju.core.grant import MAY, Verb


def events() -> dict[str, Event]:
    return {event.key: event for told in histories() for event in told.events}


def holds(account: str, verb: Verb, unit: str, register: str = "") -> bool:
    """Whether the account's grants allow the verb at the unit."""
    everyone = [*town.people(), *neighbours.people(), *town.administrators().values()]
    person = next(each for each in everyone if each.account == account)
    return any(
        verb in MAY[role]
        and (not registers or register in registers)
        and tree().contains(unit_id(at), unit_id(unit), date(2024, 4, 26))
        for role, at, registers in person.grants
    )


def test_instants_rise_and_lie_in_the_towns_year() -> None:
    instants = [step.at for step in steps()]

    assert instants == sorted(set(instants))
    assert instants[0] > SET_UP
    assert instants[-1] < END
    assert all(instant.utcoffset() is not None for instant in instants)


def test_an_entry_goes_through_states_it_can_be_in() -> None:
    """Pending → reviewed or returned; a correction makes it pending again; a void ends it. As the history says, in the end."""
    state: dict[str, str] = {}
    for step in steps():
        if isinstance(step, Import):
            keys = [key for _, _, key in step.rows if key not in step.known]
            assert step.known <= set(state)
            assert not set(keys) & set(state)
            state.update(dict.fromkeys(keys, "pending"))
        elif isinstance(step, Record | Nil):
            assert step.key not in state
            state[step.key] = "pending"
        elif isinstance(step, Review | Return):
            assert {state[key] for key in step.keys} == {"pending"}, step
            state.update(dict.fromkeys(step.keys, "reviewed" if isinstance(step, Review) else "returned"))
        elif isinstance(step, Correct):
            assert state[step.key] in ("reviewed", "returned")
            assert step.reason
            state[step.key] = "pending"
        elif isinstance(step, Void):
            assert state[step.key] == "reviewed"
            state[step.key] = "void"
    expected = {
        "reviewed": "reviewed", "fixed": "reviewed", "corrected": "reviewed", "correcting": "pending", "pending": "pending",
        "returned": "returned", "void": "void",
    }  # fmt: skip

    assert state == {key: expected[event.fate] for key, event in events().items()}


def test_corrections_lead_to_what_counts() -> None:
    for event in events().values():
        changes = [step.changes for step in steps() if isinstance(step, Correct) and step.key == event.key]
        value = dict(event.written)
        for change in changes:
            value.update(change)
        wanted = {**event.values, **event.later} if event.fate == "correcting" else dict(event.values)
        assert {
            name: each for name, each in value.items() if each != ""
        } == wanted or event.fate == "returned"


def test_nobody_reviews_what_they_wrote() -> None:
    author: dict[str, str] = {}
    for step in steps():
        if isinstance(step, Import):
            author.update({key: step.by for _, _, key in step.rows if key not in step.known})
        elif isinstance(step, Record | Nil | Correct):
            author[step.key] = step.by
        elif isinstance(step, Review | Return):
            assert step.by not in {author[key] for key in step.keys}


def test_everyone_may_do_what_they_do() -> None:
    found = events()

    def may(step: Step, verb: Verb, key: str) -> bool:
        return holds(step.by, verb, found[key].unit, found[key].register)

    for step in steps():
        if isinstance(step, Import):
            assert all(may(step, "import", key) for _, _, key in step.rows), step.file
        elif isinstance(step, Record | Nil | Correct):
            assert may(step, "record", step.key), step
        elif isinstance(step, Review | Return):
            assert all(may(step, "review", key) for key in step.keys), step
        elif isinstance(step, Void):
            assert may(step, "review", step.key)
        elif isinstance(step, Look):
            assert holds(step.by, "see", step.unit)
        elif isinstance(step, Close):
            assert holds(step.by, "close", step.unit)
        else:
            assert isinstance(step, Tag | Rename)
            assert holds(step.by, "units", step.unit)


def test_the_closed_period_is_touched_only_with_a_reason_and_an_approver() -> None:
    found = {event.key: event for event in history().events}  # the other towns close nothing
    adjusted = 0
    for step in steps():
        if not isinstance(step, Record | Correct | Review):
            continue
        keys = step.keys if isinstance(step, Review) else (step.key,)
        if not set(keys) <= set(found):
            assert not step.adjust
            continue
        inside = [key for key in keys if _day(found[key]) <= CLOSED_THROUGH]
        if step.at > CLOSED_AT and inside:
            adjusted += 1
            assert step.adjust
            assert step.approver == town.LEADER != step.by
        else:
            assert not step.adjust
    assert adjusted >= 4
    for step in steps():
        if isinstance(step, Import) and step.at > CLOSED_AT and step.file in history().books:
            assert all(_day(found[key]) > CLOSED_THROUGH for _, _, key in step.rows if key not in step.known)


def test_a_nil_report_speaks_for_a_month_without_entries() -> None:
    taken = {
        (event.register, event.unit, _day(event).year, _day(event).month)
        for event in events().values()
        if not event.nil
    }
    for step in steps():
        if isinstance(step, Nil):
            assert step.slot.last < step.at.date()
            assert (step.register, step.unit, step.slot.last.year, step.slot.last.month) not in taken


def test_life_is_uneven() -> None:
    fates = {event.fate for event in history().events}
    late = [
        event
        for event in history().events
        if event.book
        and (_day(event).year, _day(event).month) < _month(history().books[event.book].at.date())
    ]

    assert fates == {"reviewed", "fixed", "corrected", "correcting", "pending", "returned", "void"}
    assert len(late) > 50
    assert sum(event.nil for event in history().events) > 100
    assert 2_500 <= len(history().events) <= 4_000


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _day(event: Event) -> date:
    day = event.values[catalog().register(event.register).day]
    assert isinstance(day, date)
    return day
