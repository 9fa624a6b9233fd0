"""The day a demo town's pages live on; nobody else's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.test import override_settings

from youju.actions import clock


def test_a_demo_towns_clock_goes_on_from_its_instant() -> None:
    with override_settings(DEMO_CLOCK="2024-04-26T18:00:00+08:00"):
        first, second = clock.now(), clock.now()

        assert first <= second
        assert first >= datetime(2024, 4, 26, 10, 0, tzinfo=UTC)
        assert clock.today() == date(2024, 4, 26)
        with clock.at(datetime(2025, 1, 1, tzinfo=UTC)):
            assert clock.today() == date(2025, 1, 1)


def test_everybody_else_lives_now() -> None:
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
