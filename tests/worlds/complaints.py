"""Invented complaints of a Chinese town, with names, numbers and doors planted in them.

Each text knows what was planted and what has to stay. Nobody in them exists: names and numbers are
drawn from a seed. Numbers and names are written in many ways, as people type them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

COMMON = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁"
    "魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎"
    "易常武乔贺赖龚文"
)
RARE = (
    "庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿"
    "牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华"
    "车冉房边瞿郁璩佘仇晏宓亓逄郏缪厉褚臧娄危计谌楚卞濮沃奚鄢阚"
)
DOUBLE = (
    "欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯 长孙 端木 呼延 轩辕 淳于 申屠 "
    "濮阳 钟离"
).split()
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰萍红玲飞燕鹏辉健俊峰凯雪梅婷宇晨浩然欣怡梓"
    "涵诗琪子轩雨泽一诺思远建国志文秀珍淑贤凤仙国栋家豪美琳晓东海波立新金龙宝根阿毛雅楠佳慧若曦铭"
    "瑶睿博彤煜婉清承德福兴"
)
"""Characters of given names."""

PLACES = ("殷高西路", "新二路", "国权北路", "三门路", "逸仙路", "高逸路", "江杨南路", "吉浦路")
ESTATES = ("高境一村", "逸景佳苑", "江湾名邸", "恒盛豪庭", "三湘海尚", "高境七村", "馨良苑")
AREAS = ("高境一村第二居民区", "逸仙路居民区", "恒高家园居民区", "泰禾红御居民区", "岭南路居民区")
OFFICES = (
    "城管中队",
    "物业公司",
    "居委会",
    "房管所",
    "派出所",
    "市场监管所",
    "绿化市容所",
    "街道办事处",
)
MATTERS = (
    "楼道堆物影响通行",
    "夜间施工噪音扰民",
    "路灯不亮",
    "小区停车难，车辆乱停占用消防通道",
    "电梯经常故障",
    "垃圾厢房异味严重",
    "高空抛物",
    "下水管道堵塞",
    "违法搭建",
    "电瓶车进楼道充电",
    "广场舞音量过大",
    "树木遮挡采光",
    "外墙渗水",
    "群租",
    "公共绿地被人种菜",
    "共享单车乱停放",
    "门禁损坏",
    "水压不足",
    "快递柜占道",
    "养犬不牵绳",
)
SERIES = ("1390000", "1380013", "1860217", "1511806", "1770123", "1990218", "1360172", "1580056")


@dataclass
class Complaint:
    """A text; what was planted, kind and writing; what has to stay."""

    text: str = ""
    planted: list[tuple[str, str]] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


class Writer:
    """Draws the parts of complaints."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def one_of(self, *several: str) -> str:
        return self.draw.choice(several)

    def digits(self, count: int) -> str:
        return "".join(self.draw.choice("0123456789") for _ in range(count))

    # -- what is planted

    def name(self) -> str:
        chance = self.draw.random()
        surname = self.draw.choice(COMMON if chance < 0.6 else RARE if chance < 0.9 else DOUBLE)
        given = 1 if self.draw.random() < 0.25 else 2
        return surname + "".join(self.draw.sample(GIVEN, given))

    def surname(self) -> str:
        chance = self.draw.random()
        return self.draw.choice(COMMON if chance < 0.6 else RARE if chance < 0.9 else DOUBLE)

    def phone(self) -> str:
        number = self.draw.choice(SERIES) + self.digits(4)
        a, b, c = number[:3], number[3:7], number[7:]
        ways: tuple[Callable[[], str], ...] = (
            lambda: number,
            lambda: number,
            lambda: f"{a}-{b}-{c}",
            lambda: f"{a} {b} {c}",
            lambda: f"{a}－{b}－{c}",
            lambda: f"{a}　{b}　{c}",
            lambda: wide(number),
            lambda: wide(f"{a}-{b}-{c}"),
            lambda: f"+86{number}",
            lambda: f"+86 {a} {b} {c}",
            lambda: f"0086-{number}",
            lambda: f"86{number}",
            lambda: f"（{a}）{b}{c}",
            lambda: f"{a}.{b}.{c}",
            lambda: f"{a}_{b}_{c}",
            lambda: f"{a}—{b}—{c}",
            lambda: f"{number[:5]} {number[5:]}",
            lambda: f"{a}{b} {c}",
            lambda: " ".join(number),
            lambda: spelled(number),
            lambda: f"{a}\u200b{b}{c}",
            lambda: f"{a}/{b}/{c}",
            lambda: f"{a}·{b}·{c}",
            lambda: f"{a}  {b}  {c}",
        )
        return self.draw.choice(ways)()

    def landline(self) -> str:
        local = self.draw.choice("23456") + self.digits(7)
        code = self.draw.choice(("021", "021", "0512", "010", "0571"))
        ways = (
            f"{code}-{local}",
            f"{code}{local}",
            f"({code}){local}",
            f"（{code}）{local}",
            f"{code} {local[:4]} {local[4:]}",
            f"{code}－{local}",
            wide(f"{code}-{local}"),
            f"+86-{code[1:]}-{local}",
            f"{code}-{local}转{self.digits(3)}",
            f"{code}-{local[:4]}-{local[4:]}",
        )
        return self.draw.choice(ways)

    def local(self) -> str:
        """A number of eight digits; not one that is a date."""
        first = self.draw.choice("3456")
        number = first + self.digits(7)
        return self.one_of(number, f"{number[:4]}-{number[4:]}", f"{number[:4]} {number[4:]}")

    def id_number(self) -> str:
        place = self.draw.choice(("310113", "310230", "320722", "340122", "510922", "411525"))
        year, month, day = (
            self.draw.randint(1930, 2015),
            self.draw.randint(1, 12),
            self.draw.randint(1, 28),
        )
        if self.draw.random() < 0.15:
            return f"{place}{year % 100:02}{month:02}{day:02}{self.digits(3)}"
        first = f"{place}{year}{month:02}{day:02}{self.digits(3)}"
        weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
        last = "10X98765432"[
            sum(int(one) * weight for one, weight in zip(first, weights, strict=True)) % 11
        ]
        whole = first + last
        return self.one_of(
            whole,
            whole.lower(),
            wide(whole),
            f"{whole[:6]} {whole[6:14]} {whole[14:]}",
            f"{whole[:6]}-{whole[6:14]}-{whole[14:]}",
            f"{whole[:4]} {whole[4:8]} {whole[8:12]} {whole[12:16]} {whole[16:]}",
        )

    def plate(self) -> str:
        place = self.draw.choice("沪沪沪沪苏浙皖京鲁豫川粤")
        letter = self.draw.choice("ABCDEFGHJKLM")
        signs = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
        if self.draw.random() < 0.4:
            tail = self.draw.choice("DF") + self.digits(5)
        else:
            tail = "".join(self.draw.choice(signs) for _ in range(2)) + self.digits(3)
        return self.one_of(
            f"{place}{letter}{tail}",
            f"{place}{letter}·{tail}",
            f"{place}{letter} {tail}",
            f"{place} {letter}{tail}",
            f"{place}{letter}-{tail}",
            wide(f"{place}{letter}{tail}"),
            f"{place}{letter}{tail}".lower(),
            f"{place}{letter}{self.digits(4)}挂",
        )

    def room(self) -> str:
        block, room = (
            self.draw.randint(1, 180),
            f"{self.draw.randint(1, 24)}0{self.draw.randint(1, 8)}",
        )
        return self.one_of(
            f"{block}号{room}室",
            f"{block}号{room}室",
            f"{block}号楼{room}室",
            wide(f"{block}号{room}室"),
            f"{block}号{self.draw.randint(1, 4)}单元{room}",
            f"{block}号甲{room}室",
            f"{block}栋{room}室",
            f"{block}号楼{self.draw.randint(1, 4)}单元{room}室",
            f"{block}号 {room} 室".replace(" 室", "室"),
            f"{block}-{room}",
            f"{block}号{room}",
        )

    def card(self) -> str:
        number = "62" + self.digits(self.draw.choice((14, 17)))
        grouped = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
        return self.one_of(number, grouped)

    def email(self) -> str:
        name = self.one_of("li.ming", "zhang_88", "abc123", "w-fang")
        return f"{name}@{self.one_of('qq.com', '163.com', 'mail.example.cn')}"

    # -- what stays

    def number(self) -> str:
        day = f"2024{self.draw.randint(1, 12):02}{self.draw.randint(1, 28):02}"
        return self.one_of(
            f"SH{day}{self.digits(5)}",
            f"{day}{self.digits(6)}",
            f"HX-{day}-{self.digits(4)}",
            f"{self.digits(6)}",
        )

    def day(self) -> str:
        month, day = self.draw.randint(1, 12), self.draw.randint(1, 28)
        return self.one_of(
            f"2024-{month:02}-{day:02}",
            f"2024年{month}月{day}日",
            f"{month}月{day}号",
            f"2024/{month}/{day} {self.draw.randint(8, 20)}:{self.digits(1)}5",
            f"2024{month:02}{day:02}",
        )

    def amount(self) -> str:
        return self.one_of(
            f"{self.draw.randint(50, 90000)}元",
            f"{self.draw.randint(10, 99)}.5万元",
            f"{self.draw.randint(1, 9)},{self.digits(3)}.00元",
            f"{self.draw.randint(20000000, 99999999)}元",
            f"{self.draw.randint(40, 180)}平方米",
        )

    def lane(self) -> str:
        return f"{self.draw.choice(PLACES)}{self.draw.randint(2, 1999)}弄"


def wide(text: str) -> str:
    """In full-width digits and letters."""
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


def spelled(text: str) -> str:
    """Digits as Chinese characters."""
    return text.translate(str.maketrans("0123456789", "零幺二三四五六七八九"))


SHAPES = (
    "市民{name}来电反映，{lane}{room}{matter}，联系电话{phone}。",
    "来电人：{name}，电话：{phone}。反映{estate}{matter}，已向{office}反映，希望尽快处理。",
    "姓名：{name}；身份证号：{id_number}；住址：{lane}{room}；诉求：{matter}。",
    "{surname}女士反映{day}在{estate}门口{matter}，要求{office}处理，回电{landline}。",
    "{surname}先生（{phone}）投诉{area}{matter}。",
    "请联系{surname}先生{phone}，工单号{number}，{matter}。",
    "业主{name}称其住在{estate}{room}，{matter}，物业费{amount}一年却没人管。",
    "车主{surname}师傅的车{plate}被堵，{day}多次拨打{office}电话无果。",
    "{estate}有一辆{plate}长期占用车位，{matter}，请交警处理。",
    "{day}{lane}门口{plate}和{plate}两车刮擦，{name}报警后无人到场。",
    "我叫{name}，身份证{id_number}，今年在{estate}租房，房东{name}不退押金{amount}。",
    "我是{lane}{room}的居民{name}，楼上{matter}，微信号wx_{digits6}，方便时联系。",
    "诉求人{name}（男，{age}岁）反映{matter}，联系方式：{phone}。",
    "{name}，女，{age}岁，{id_number}，反映{office}不作为，{matter}。",
    "联系人:{name} 手机:{phone} 邮箱:{email} 内容:{matter}",
    "父亲{name}在{estate}摔倒，家属{surname}小姐要求物业赔偿{amount}，卡号{card}。",
    "{name}和{name}在{area}因{matter}发生争执，{day}已由{office}调解。",
    "{name}、{name}、{name}三人联名反映{matter}，代表{name}电话{phone}。",
    "居民{surname}阿姨说{lane}{room}的{surname}老伯{matter}，请居委上门。",
    "{matter}，联系{name}{phone}或{name}{landline}。",
    "编号{number}的工单未回复，{surname}女士再次来电，{matter}，{day}前请回电{phone}。",
    "{office}{surname}队长答复已处理，但{estate}{matter}依旧，{surname}先生不认可。",
    "致电人{surname}同志，QQ：{digits8}，反映{matter}，涉及金额{amount}。",
    "{name}投诉：{estate}{matter}。身份证号码{id_number}，电话{phone}",
    "邻居{name}家养狗扰民，{lane}{room}，{surname}女士希望{office}管一管。",
    "租客{name}（电话 {phone}）反映中介{name}收取{amount}后失联。",
    "本人{name}，{day}在{estate}购房，开发商经办人{name}承诺的车位没有兑现。",
    "举报人要求匿名，反映{lane}{room}群租，二房东电话{phone}，车牌{plate}。",
    "市民来电，{estate}{matter}，{day}已报过，工单编号{number}，要求给说法。",
    "{area}{matter}，涉及{digits3}户居民，{day}至今无人处理，损失{amount}。",
    "{lane}门口{matter}，3室2厅的房子{digits2}平方米每月被收{amount}，请{office}核实。",
    "12345派单：{office}于{day}受理，编号{number}，{matter}，已办结。",
    "高境镇{area}书记{surname}主任高度重视，{matter}已安排整改。",
    "儿子{name}在校被打，老师{surname}老师不处理，家长{name}来电，回电{local}。",
    "座机{local}，找{surname}经理，{matter}。",
    "被投诉人：{name}，车牌号：{plate}；投诉人：{name}，电话：{phone}",
    "{name}反映其母亲{name}（{id_number}）的养老金{amount}未发放。",
    "报修人{name} {estate}{room} {phone} {matter}",
    "{surname}小姐 {phone}：{matter}！！！",
    "【{day}】{name}来访，反映{matter}，接待人{name}。",
)
"""Sentences in which something tells what stands there."""

BARE_SHAPES = (
    "{day}，{name}在{estate}门口停车，{matter}。",
    "昨晚{name}又来吵，{matter}。",
    "这件事{name}最清楚，{office}可以核实。",
    "{estate}{name}违建，{matter}。",
    "听说{name}跑了，钱{amount}没还。",
)
"""Sentences in which a name stands without anything beside it that says so."""

HARMLESS_SHAPES = (
    "{estate}{matter}，请{office}尽快处理。",
    "{day}{lane}{matter}，编号{number}，涉及{amount}。",
    "{area}全体居民高度关注，业主常年投诉物业公司管理不到位，{matter}。",
    "保安队长态度恶劣，物业经理不出面，居委会主任说再等等，{matter}。",
    "小区经理与门卫师傅都说不清楚，公交车司机师傅让找{office}，{matter}。",
    "关于{matter}，施工单位反映已通知业主，方便时请回复，金额{amount}。",
    "公安民警和城管同志到场后，双方当事人和解；{day}又发生{matter}。",
    "楼组长、志愿者、网格员多次上门，{matter}问题仍未解决，应由{office}牵头。",
    "高峰时段{lane}路口拥堵，{digits3}路公交车无法通行，持续{digits2}分钟。",
    "邻居阿姨们在广场跳舞，音乐声太大，{matter}，{day}起至今。",
    "老师傅、老阿姨都来反映，要求安装电梯，费用{amount}由业主分摊。",
    "由于女士们的意见不一，关于先生产后补偿的通知未执行，{matter}。",
    "满意度调查显示方案可行，单位同意，温度{digits2}度时启动，时间为{day}。",
    "成功路与安全路交叉口，水管破裂，{office}称车辆不足，{matter}。",
)
"""Sentences in which there is nothing to mask."""


def complaints(seed: int, count: int, shapes: tuple[str, ...] = SHAPES) -> Iterator[Complaint]:
    """So many texts, each of one or two sentences."""
    writer = Writer(seed)
    for number in range(count):
        made = Complaint()
        _write(made, shapes[number % len(shapes)], writer)
        if writer.draw.random() < 0.3:
            _write(made, writer.draw.choice(shapes), writer)
        yield made


def _write(made: Complaint, shape: str, writer: Writer) -> None:
    if made.text and made.text[-1] not in "。！":
        made.text += "。"
    pieces = shape.replace("}", "{").split("{")
    for place, piece in enumerate(pieces):
        if place % 2:
            said = _said(made, piece, writer)
            made.text += said
            # Of a surname alone it is asked whether it still stands before 先生 or 女士.
            with_address = said + pieces[place + 1][:2] if piece == "surname" else said
            if piece in PLANTED:
                made.planted.append((PLANTED[piece], with_address))
        else:
            made.text += piece


PLANTED = {
    "name": "name",
    "surname": "name",
    "phone": "phone",
    "landline": "phone",
    "local": "phone",
    "id_number": "id_number",
    "plate": "plate",
    "room": "room",
    "card": "card",
    "email": "account",
}
CHOSEN = {"matter": MATTERS, "estate": ESTATES, "area": AREAS, "office": OFFICES}


def _said(made: Complaint, what: str, writer: Writer) -> str:
    if what in PLANTED:
        return str(getattr(writer, what)())
    if what in CHOSEN:
        said = writer.draw.choice(CHOSEN[what])
    elif what == "age":
        return str(writer.draw.randint(18, 90))
    elif what.startswith("digits"):
        said = str(writer.draw.randint(1, 9)) + writer.digits(int(what[6:]) - 1)
        if what in ("digits6", "digits8"):
            made.planted.append(("account", said))
            return said
    else:
        said = str(getattr(writer, what)())
    made.kept.append(said)
    return said
