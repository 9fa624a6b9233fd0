"""Chinese numerals, dates, units and approximate wording: one grammar that writes and reads."""
