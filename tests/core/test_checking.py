"""What looks wrong together: far above the usual, said twice, recorded late in a crowd."""

from __future__ import annotations

from datetime import date

from youju.core.checking import Said, duplicates, late_batches, outliers

MARCH = date(2024, 3, 5)


def test_a_value_is_far_above_the_usual_only_where_there_is_a_usual() -> None:
    usual = [Said(number, 1, MARCH, "leaflets", 20 + number) for number in range(8)]
    wrong = Said(99, 1, MARCH, "leaflets", 2000)
    assert outliers([*usual, wrong], 10) == [wrong]
    assert outliers([*usual[:6], wrong], 10) == []  # too few to say what is usual
    assert outliers([*usual, Said(98, 1, MARCH, "books", 2000)], 10) == []  # another measure


def test_the_same_on_the_same_day_at_the_same_unit_is_said_twice() -> None:
    first, again = Said(1, 1, MARCH, "a"), Said(2, 1, MARCH, "a")
    others = [Said(3, 2, MARCH, "a"), Said(4, 1, date(2024, 3, 6), "a"), Said(5, 1, MARCH, "b")]
    assert duplicates([again, *others, first]) == [(first, again)]


def test_late_records_count_when_they_came_in_a_crowd() -> None:
    late = [(Said(number, 1, MARCH, "leaflets"), date(2024, 4, 2)) for number in range(3)]
    in_time = [(Said(9, 1, MARCH, "leaflets"), date(2024, 3, 31))]
    ((recorded, entries),) = late_batches([*late, *in_time], 3)
    assert (recorded, [each.entry for each in entries]) == (date(2024, 4, 2), [0, 1, 2])
    assert late_batches(late[:2], 3) == []
