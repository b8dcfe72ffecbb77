"""Statistics around an assessment: what to ask whom, and how far a result can be relied on."""
