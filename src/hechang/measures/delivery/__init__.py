"""Delivery 项目推进: how fast projects go from one stage to the next, and what they are spared on the way."""
