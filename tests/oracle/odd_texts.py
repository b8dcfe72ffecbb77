"""Ids and names that are valid and still trip up programs that sort, quote or trim carelessly."""

import random

# Sorted by number, by locale or by UTF-16 these stand in another order than by code point;
# some pairs look alike and are not the same text, since nothing is normalised.
AREA_IDS = (
    "1",
    "01",
    "001",
    "2",
    "02",
    "10",
    "9",
    "100",
    "-1",
    "+7",
    "=1+1",
    "@7",
    "1.0",
    "1e3",
    "0x1F",
    "A-1",
    "A-10",
    "A-2",
    "a-1",
    "A_1",
    "A 1",
    "A.1",
    "A/1",
    "A,1",
    'A"1"',
    "'A1",
    "Z",
    "z",
    "~",
    "%41",
    "null",
    "true",
    "NaN",
    "2024-01-01",
    "é",
    "e\u0301",
    "ß",
    "１",
    "Ａ",
    "ﬁ",
    "①",
    "一",
    "二",
    "三",
    "十",
    "高境一村",
    "高境二村",
    "高境十村",
    "新二（南）",
    "新二(南)",
    "共和，东",
    "共和,东",
    "逸仙·壹",
    "\U00020bb7家",
    "\uff71家",
    "\U0001f3e0",
    "三花女子公寓",
    "J-01",
    "J-02",
    "J-1",
)

NAMES = (
    "高境一村居民区",
    "共和, 东区",
    '"三花" 居民区',
    "it's",
    "=SUM(A1)",
    "-第一",
    "+第二",
    "@第三",
    "新二（南）居民区",
    "a;b|c",
    "逸仙\u3000一村",
    "\U00020bb7家浜",
    'Area, with a "quote" and a comma',
    "0012",
    "#1",
)


def distinct_area_ids(rng: random.Random, count: int) -> list[str]:
    """So many different area ids, in no order."""
    ids = rng.sample(AREA_IDS, min(count, len(AREA_IDS)))
    ids += [f"N{number}" for number in range(count - len(ids))]
    return ids


def distinct_staff_ids(count: int) -> list[str]:
    """So many different staff ids whose order by code point is not the order of numbers."""
    shapes = ("{n}", "0{n}", "工{n}", "S-{n}", "s,{n}", "{n}号")
    return [shapes[number % len(shapes)].format(n=number) for number in range(1, count + 1)]


def area_name(rng: random.Random) -> str:
    """A name; several areas may bear the same."""
    return rng.choice(NAMES)
