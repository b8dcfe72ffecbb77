"""What one scheme changes against another, in sentences that need no knowledge of the file.

``pairing`` finds the same entry in both schemes and reads it under every option that it depends on;
``differences`` compares the typed values; ``sentences`` tells each difference, ``folding`` says
under which options it holds, ``report`` sorts what is said by clause.
"""

from __future__ import annotations

from kaohe.scheme.comparing.comparison import compare
from kaohe.scheme.comparing.report import Comparison

__all__ = ["Comparison", "compare"]
