"""接口令牌 of one's own, and what programs may ask of the interface."""
