"""Documents of a result, as people are handed them: letters and the notice.

They need the extra ``reports``, which nothing else of ``outputs`` does.
"""
