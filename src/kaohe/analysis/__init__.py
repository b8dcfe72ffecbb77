"""Statistics around an assessment: whom to ask, what hangs on decisions, how sure results are."""
