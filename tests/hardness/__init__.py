"""Proofs: promises that are tried hundreds or thousands of times, briefly in every check and in full before a release.

Each module here with a `PROOF` is one. `./run prove` runs the full counts and writes docs/proofs.md.
"""
