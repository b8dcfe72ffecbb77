"""Facts become whole numbers per subject; the only place that knows engines."""

from kaohe.measures.engines import ENGINES, NO_SUBJECT, Counts, EngineError, Groups, count

__all__ = ["ENGINES", "NO_SUBJECT", "Counts", "EngineError", "Groups", "count"]
