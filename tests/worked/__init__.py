"""Worked schemes, every figure recomputed from the text of the policy by a second hand."""
