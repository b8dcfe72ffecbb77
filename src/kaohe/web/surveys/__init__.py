"""Residents' judgement: rounds, codes, the secret ballot, meetings, the third party."""
