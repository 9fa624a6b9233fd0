"""Figures as a Chinese report states them: where they stand, what they allow, what they are about.

`youju.core.claim.extract.extract(text: str, lexicon: Lexicon) -> list[Claim]` finds them.
"""
