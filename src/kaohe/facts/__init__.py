"""What was observed: tables as a scheme declares them, read, checked and hashed."""

from kaohe.facts.errors import SourceError
from kaohe.facts.marking import write_marked
from kaohe.facts.reading import Facts, Reading, TableFacts, read_facts
from kaohe.facts.snapshot import canonical_csv, snapshot_sha256, write_canonical_csv, write_snapshot
from kaohe.facts.template import write_template

__all__ = [
    "Facts",
    "Reading",
    "SourceError",
    "TableFacts",
    "canonical_csv",
    "read_facts",
    "snapshot_sha256",
    "write_canonical_csv",
    "write_marked",
    "write_snapshot",
    "write_template",
]
