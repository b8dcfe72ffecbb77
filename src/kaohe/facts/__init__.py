"""What was observed: tables as a scheme declares them, read, checked and hashed."""

from kaohe.facts.errors import SourceError
from kaohe.facts.reading import Facts, Reading, TableFacts, read_facts
from kaohe.facts.template import write_template

__all__ = ["Facts", "Reading", "SourceError", "TableFacts", "read_facts", "write_template"]
