"""A province of any size for measuring: the generator, the ways to sixty figures, writing and rebuilding."""
