"""Frozen types that carry no policy: text, numbers, absence, tables, measures, faults."""
