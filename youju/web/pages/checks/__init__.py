"""校验台: what looks wrong, grouped, with a link to mend."""
