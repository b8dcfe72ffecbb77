"""What a plain pandas script does for the same figures: read, group, count distinct.

``python -m benchmarks.pandas_script FOLDER`` reads the Parquet files and computes the survey sums,
distinct households and visits, marks and cases; it checks, hashes and explains nothing.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

QUESTIONS = [f"q{number}" for number in range(1, 11)]


def aggregate(folder: Path) -> list[pd.DataFrame | pd.Series]:
    """The figures, table by table."""
    answers = pd.read_parquet(folder / "answers.parquet")
    answers[QUESTIONS] = answers[QUESTIONS].apply(pd.to_numeric)
    counting = answers[answers[QUESTIONS].notna().sum(axis=1) >= 6]
    keys = ["area_id", "channel", "round"]
    found = [counting.groupby(keys, dropna=False)[QUESTIONS].agg(["sum", "count"])]
    del answers, counting
    taken = pd.read_parquet(folder / "participation.parquet")
    for channel, part in taken.groupby("channel"):
        if channel == "online":
            for _, one in part.groupby("round"):
                found.append(one.groupby("area_id")["household_id"].nunique())
        else:
            found.append(part.groupby(["area_id", "panel"])["household_id"].nunique())
    whole = taken[taken["panel"].fillna("household") == "household"]
    found.append(whole.groupby("area_id")["household_id"].nunique())
    del taken, whole
    visits = pd.read_parquet(folder / "visits.parquet")
    visits["visited_on"] = pd.to_datetime(visits["visited_on"])
    visits = visits[visits["visited_on"].dt.year == 2024]
    found.append(visits.groupby("area_id")["household_id"].nunique())
    quarter = visits["visited_on"].dt.quarter
    found.append(visits.groupby(["area_id", quarter])["household_id"].nunique())
    month = visits["visited_on"].dt.month
    found.append(month.groupby([visits["area_id"], visits["staff_id"]]).nunique())
    del visits
    ratings = pd.read_parquet(folder / "ratings.parquet")
    ratings["score"] = pd.to_numeric(ratings["score"])
    found.append(ratings.groupby(["area_id", "item"])["score"].mean())
    cases = pd.read_parquet(folder / "cases.parquet")
    found.append(cases.groupby(["area_id", "handled", "resolved", "satisfied"]).size())
    return found


if __name__ == "__main__":
    aggregate(Path(sys.argv[1]))
