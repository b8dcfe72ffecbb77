"""What an invented hotline tells of its cases, and of the caller what the door keeps out.

Nobody in it exists; the same case always tells the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from hashlib import sha256
from typing import Final

from kaohe.web.demonstration.facts import Row

MATTERS: Final = (
    ("噪音扰民", "楼下夜间施工到十一点多，噪音很大，影响老人休息", "城管中队"),
    ("噪音扰民", "广场舞音量过大，劝过几次没有效果", "居委会"),
    ("停车管理", "小区消防通道被车辆占用，进出困难", "物业公司"),
    ("停车管理", "地面车位长期被杂物占用，希望清理", "物业公司"),
    ("楼道堆物", "楼道里堆放旧家具和纸箱，存在火灾隐患", "居委会"),
    ("电动自行车", "有人把电瓶车推进楼道充电，担心起火", "居委会"),
    ("物业维修", "电梯近一个月坏了三次，报修后仍未彻底修好", "物业公司"),
    ("物业维修", "下水管道堵塞返水，厨房无法使用", "物业公司"),
    ("物业维修", "外墙渗水，卧室墙面发霉", "房管所"),
    ("违法搭建", "顶楼住户在露台搭建阳光房", "城管中队"),
    ("群租", "隔壁房屋被隔成多间出租，人员进出频繁", "房管所"),
    ("环境卫生", "垃圾厢房清运不及时，异味较重", "物业公司"),
    ("环境卫生", "楼前绿地被人种菜、浇肥", "物业公司"),
    ("养犬管理", "有居民遛狗不牵绳，粪便不清理", "派出所"),
    ("高空抛物", "楼上经常往下扔烟头和垃圾袋", "派出所"),
    ("公共照明", "小区主干道三盏路灯不亮，晚上看不清路", "物业公司"),
    ("绿化", "行道树遮挡窗户，希望修剪", "绿化市容所"),
    ("加装电梯", "加装电梯的费用分摊有争议，希望居委会协调", "居委会"),
)
"""Kind, what people say, and who deals with it."""
ROADS: Final = (
    "殷高西路",
    "新二路",
    "国权北路",
    "三门路",
    "逸仙路",
    "高逸路",
    "江杨南路",
    "吉浦路",
)
SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙"
BEGINNINGS: Final = (
    "{surname}女士来电反映：{matter}。",
    "{surname}先生称，{matter}，要求尽快处理，回电{phone}。",
    "来电人反映{matter}。",
    "{surname}阿姨反映，{matter}，已多次向居委会反映。",
    "市民来电：{matter}，请核实处理。",
)
CALLED_BACK: Final = {"true": ("满意", "基本满意"), "false": ("不满意",), "": ("未回访",)}
WITHOUT_AREA: Final = 40
"""One in so many cases names a place and no area, where some are to."""
MORE: Final = ("kind", "place", "closed_on", "department", "callback", "summary")
CALLER: Final = ("来电人", "联系电话")
"""Columns of the invented export that its door drops."""


def told_more(rows: Iterable[Row], *, some_without_area: bool = False) -> Iterator[Row]:
    """Cases with what a hotline's own system tells beside what is counted."""
    for row in rows:
        drawn = sha256(row["case_id"].encode()).digest()
        kind, matter, department = MATTERS[drawn[0] % len(MATTERS)]
        surname = SURNAMES[drawn[1] % len(SURNAMES)]
        phone = f"1390000{int.from_bytes(drawn[2:4], 'big') % 10_000:04}"
        days = 1 + drawn[4] % 14
        called_back = CALLED_BACK[row.get("satisfied", "")]
        closed = date.fromisoformat(row["received_on"]) + timedelta(days=days)
        is_without = some_without_area and drawn[5] % WITHOUT_AREA == 0
        yield {
            **row,
            "area_id": "" if is_without else row["area_id"],
            "kind": kind,
            "place": _place(row["area_id"], drawn),
            "closed_on": closed.isoformat() if row.get("handled") == "true" else "",
            "department": department,
            "callback": called_back[drawn[6] % len(called_back)],
            "summary": BEGINNINGS[drawn[7] % len(BEGINNINGS)].format(
                surname=surname, matter=matter, phone=phone
            ),
            "来电人": f"{surname}某",
            "联系电话": phone,
        }


def _place(area_id: str, drawn: bytes) -> str:
    """A door in one of three lanes of an area."""
    own = sha256(area_id.encode()).digest()
    which = drawn[8] % 3
    lane = 20 + int.from_bytes(own[2 * which : 2 * which + 2], "big") % 1900
    road = ROADS[own[6 + which] % len(ROADS)]
    return f"{road}{lane}弄{1 + drawn[9] % 12}号{1 + drawn[10] % 6}0{1 + drawn[11] % 4}室"
