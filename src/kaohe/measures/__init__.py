"""Facts become whole numbers per subject; the only place that knows engines."""

from kaohe.measures.engines import (
    ENGINES,
    NO_SUBJECT,
    Counts,
    EngineError,
    Groups,
    count,
    row_amounts,
)

__all__ = ["ENGINES", "NO_SUBJECT", "Counts", "EngineError", "Groups", "count", "row_amounts"]
