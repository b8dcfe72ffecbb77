"""How far a result is to be trusted: what sampling alone may move, and what else was assumed.

Figures here are simulated or statistical, so they are floats; nothing of them goes into a score.
"""
