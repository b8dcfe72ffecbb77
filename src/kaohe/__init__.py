"""Kaohe: an assessment policy as data, scored so that anybody can recompute every number."""
