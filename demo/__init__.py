"""The demo town 禾澄镇: an invented township whose workbooks, entries and reviews the demo plays through the real actions."""
