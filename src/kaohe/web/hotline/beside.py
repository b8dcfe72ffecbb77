"""What stands beside names and tells that they are names; what looks like it and is not.

In a shadow ``\\x03`` stands for a character of a phone, ``\\x04`` of a name, ``\\x05`` of another
number of somebody, ``\\x01`` of a room.
"""

from __future__ import annotations

import re
from typing import Final

from kaohe.web.hotline.surnames import DOUBLE, FAMILIAR, FUNCTION, SINGLE, TELLING

HAN: Final = "[\u3400-\u9fff]"
_NO_HAN = "[^\u3400-\u9fff\x04]"
_SUR = f"(?:{'|'.join(DOUBLE)}|[{SINGLE}])"
_LIKELY = f"[{''.join(one for one in SINGLE if one not in FUNCTION)}]"

NEVER: Final = frozenset(
    "的了在是不我你他她它们这哪就也还又吗呢吧啊把被让给对到上下里外车电路楼房屋门窗墙声味漏停拆修"
    "装坏"
    "吵闹费钱号室层区街请诉投报堵脏乱差占噪扰跌倒有没要说问和与及或等已经将很太都没些个位每此该其"
    "所局委会队科办站院校厂店司环境姓因证件卡记来去核失弄宅浜沟庙堰汇"
)
"""Characters with which hardly any given name is written."""
NO_PERSON: Final = frozenset("司所会处站局部队科室中心业委校院园店厂")
"""What somebody is not called who has a foreign name: 物业公司."""

# -- ways to address people -----------------------------------------------------------------------

_ADDRESS = (
    "老先生|先生|女士|小姐|太太|阿姨|叔叔|伯伯|爷爷|奶奶|大爷|大妈|大叔|大伯|老伯|阿婆|阿公|老太|"
    "大姐|大哥|师傅|姆妈|爷叔|阿[姐叔哥嫂娘]|老头|老汉|大[嫂婶娘]|"
    "老师|同志|同学|婆婆|公公|妈妈|爸爸"
)
_TITLES = (
    "副?经理|副?主任|副?书记|医生|大夫|警官|律师|副?[校所科站队局院厂镇村区处园]长|"
    "工程师|会计|护士|老板|店长|组长|委员|干事|社工|管家|教授|教练|法官|总监"
)
ADDRESSED: Final = re.compile(f"(?P<address>{_ADDRESS})|(?:{_TITLES})")
SHORTLY_ADDRESSED: Final = re.compile(
    f"(?:(?<!{HAN[:-1]}\x04])|(?<=物业|联系|老板|经理|群主)|(?<=[找问加]))"
    f"({_LIKELY})(?=[总工哥姐嫂姨婶叔伯爷导](?:{_NO_HAN}|[说称在的和与搬]))"
)
"""张总 and 李姐, where they stand alone."""
ENDS: Final = frozenset(
    "保安 公安 公司 司机 楼 治安 平安 小区 社区 片区 辖区 园区 城管 房管 物管 协管 主管 交管 "
    "邻居 门卫 音乐 出租车 租车 汽车 货车"
    " 停车 公交车 电动车 居家 大家 人家 店家 商家 厂家 管家 邻家 全家 搬家 代表 家居 专家 高层 "
    "党支 团支 总支 支 部 工程"
    " 民居 幼师 医师 教师 律师 厨师 老师 相关 有关 机关 海关 主席 出席 班 总 副 正 前 原 现 时任 "
    "代 村支 社"
    " 环卫 保卫 警卫 物业管 文明 通信 微信 短信 来信 写信 快递员 双方 对方 警方 官方 校方 院方 "
    "区文 语文 英文 作文 感谢 谢谢 多谢 致谢 答谢".split()
)
"""Before a title these are words and not somebody's surname."""
RATHER_NAMES: Final = frozenset("于时向成公通平关")
COMMON: Final = frozenset("昨今明年月日天时分午早晚周物业居街城市政民警社法府相关立能绩")
"""What follows 于, 向 or 时 where they are words of the sentence."""
PERSONS: Final = frozenset(
    "联系 老师 家属 车主 业主 居民 市民 电人 映人 诉人 系人 民警 书记 主任 经理 队长 邻居 房东 "
    "租客 户主 住户 医生 女儿 儿子 网民 网友".split()
)
"""After the end of such a word 于 before 先生 is rather a name."""
BEFORE_YU: Final = frozenset("由关对至属位处鉴等基出善便终过")

# -- what tells before a name that one comes ------------------------------------------------------

_DOERS = (
    "来电|投诉|举报|反映|诉求|当事|申请|申诉|信访|报修|求助|咨询|联系|联络|负责|经办|承办|报案|报警|"
    "委托|爆料|发帖|承包|代表|收款|收件|证明|监护|受访|责任|承租"
).replace("|", "人|") + "人"
_KIN = (
    "儿子|女儿|丈夫|妻子|老公|老婆|父亲|母亲|爸爸|妈妈|爱人|孙子|孙女|外婆|外公|女婿|儿媳|姐姐|妹妹|"
    "哥哥|弟弟|家属|亲戚|其女儿|其儿子|其子|其女|其父|其母|其妻|其夫|其弟|其兄|我妈妈|我爸爸|我弟弟|我妹妹|我哥哥|我姐姐|我妈|我爸|我弟|我妹|我哥|我姐|长子|长女|次子|"
    "次女|配偶|岳父|岳母|三姐|二姐|大姐"
)
LABEL: Final = re.compile(
    f"(?:人\\s*(?=[:=])|{_DOERS}|姓\\s*名|称呼|名字|户主|户名|业主|住户|"
    f"居民(?!区|委|楼|点|会|公约)|"
    f"署名|签名|落款|物主|车主|机主|房东|学生|患者|监理|{_KIN})"
    '(?:的?(?:姓名|名字|称呼))?\\s*(?:[:=]|[是为叫]\\s*[:]?)\\s*[【\\[("“]?'
)
SELF: Final = re.compile(
    "(?:我叫|俺叫|名叫|叫做|真名叫?|本名叫?|曾用名叫?|本人叫?|自称是?|名为|化名|我就?是|叫什么|网名)\\s*[:]?"
)
STRANGELY_CALLED: Final = frozenset("我叫 俺叫 名叫 叫做 真名 真名叫 本名 化名 曾用名".split())
"""After these a name may have no surname: 我叫山田太郎."""
WHO: Final = re.compile(
    f"(?:{_KIN}|房东|租客|租户|业主|户主|户名|雇主|居民(?!区|委|楼|点|会)|市民|邻居|住户|车主|店主|"
    "老板娘|老板|志愿者|楼组长|党员|学生|患者|老人|网友|网民|群众|村民|商户|经理|书记|主任|保安|保姆|保洁|"
    f"{_DOERS}|接待人|甲方|乙方|法人|"
    "代表|家长|作者|记者|护士|校长|园长|店长|教练|骑手|快递员|外卖员|包工头|监理|事主|死者|伤者|司机|"
    "队员|班长|草民|教师|职工|客服|投诉对象|烈属|同胞|台胞|籍|小伙|对方|同事|朋友|中介|队长|民警|医生|社工|网格员|楼上|楼下|隔壁|对门|"
    "一名叫|有个叫|有人叫|叫|联系|找|致电|回复|告知|通知|答复|转告|回电)"
    '[ "“]?'
)
WHERE: Final = frozenset("楼上 楼下 隔壁 对门".split())
"""After these words of the sentence come more often than names."""
DEALT_WITH: Final = re.compile(
    "[与和跟由被]"
    f"({_LIKELY}{HAN}{{1,2}}?)"
    "(?=核实|沟通|协商|联系|确认|签订|发生|争[吵执]|打[伤人骂架]|殴打|辱骂|骂|威胁|代[书办领签])"
)
SURNAMED: Final = re.compile(f"姓({_SUR})(?={_NO_HAN}|$|[的名叫])")
NAMED_APART: Final = re.compile(
    f"姓{_SUR}[,，]?(?:单?名叫?|叫)(?:一个)?({HAN}{{1,2}})(?={_NO_HAN}|$|[的字])"
)
SINGLY_NAMED: Final = re.compile(f"单名一?个?({HAN})(?=字|{_NO_HAN})")
OF_SURNAME: Final = re.compile(f"({_LIKELY})姓(?![名氏])")
ANONYMOUS: Final = re.compile(
    f"({_LIKELY}某+)(?={_NO_HAN}|$|[称说的在等带与和因于被已及打将就已向等名先女来反要]|发生)"
)
"""张某 tells a surname still."""
FAMILIARLY: Final = re.compile(
    f"(?:(?<![\u3400-\u9fff\x04])|(?<=[是叫找给问]))[老小阿]([{FAMILIAR}])(?=[说称来反打叫在表又也和同跟家的他她是将把]|"
    f"{_NO_HAN}|$)"
)
MENTIONED: Final = re.compile(
    '(?<![A-Za-z0-9])@(?!所有人|[了过我你他她])([^\\s@,，:：。;；!！?？()（）"”、\x01-\x05]{1,12}+)(?![(（])'
    '(?=[\\s,，:：。;；!！?？()（）"”、]|$)'
)
NICKNAMED: Final = re.compile(
    '(?:网[民友名]|昵称|博主|UP主|[群楼]主|用户)(?:名?[叫为是])?[:]?["“「]([^"“”「」]{1,16})["”」]'
)
COMPOUND: Final = re.compile(
    "(?:欧阳|上官|司马|诸葛|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|长孙|宇文|端木|独孤|轩辕|淳于|申屠|"
    "澹台|钟离|闾丘|呼延|赫连|完颜|耶律|纳兰|叶赫)"
)
"""Surnames of two characters that are nothing but surnames."""
TELLING_SURNAME: Final = re.compile(f"[{TELLING}](?={HAN})")
OF_PLACES: Final = frozenset("弄宅浜沟渡桥巷嘴汇湾汇村庄堰塘港屯祠镇庙泾浦淞路街区园店府县")
"""Characters with which the names of places end or go on: 张家浜, 杨浦."""
LATIN: Final = re.compile(
    "(?:(?<=居民|市民|租客|业主)|(?<=[人叫名是:])|(?<=name is))\\s?"
    "((?:[A-Z][a-z]+[ .]{0,2}){1,3})(?=[^A-Za-z]|$)"
    "|((?:[A-Z][a-z]+[ .]{1,2}){1,2}[A-Z][a-z]+)(?=先生|女士|小姐|来电|反映|称|表示|[\\s,，(]*\x03)"
)

# -- what tells after a name that one was there ---------------------------------------------------

BEFORE_NUMBERS: Final = re.compile(
    "(?=[\\s(:：,，、（男女的联手电号tT微是为身\x03\x05])"
    "(?:[\\s(:,，、（]*(?:[男女][)）\\s,，]*)?(?:的)?(?:联系电话|联系方式|手机号码?|电话号码?|电话|"
    "手机|号码|tel|Tel|TEL|微信)?"
    "[\\s:：是为(（]*\x03"
    "|[\\s:,(]{0,2}(?:身份证号?码?[\\s:是为]?)?\x05)"
)
IN_BRACKETS: Final = re.compile(r"\((?:化名|身份证|已故|\d{2}岁|\d{4}年)")
RECEIVES: Final = re.compile(r"\s?\(?收\)?(?=[,，。;\s]|$)")
SEX: Final = re.compile("[\\s,，(（]{0,2}(?:性别[:：]?)?[男女](?:性)?(?=[,，)）\\s、。；;0-9]|$)")
TELLS: Final = re.compile(
    "来电|报警|致电|反映|投诉|举报|咨询|求助|表示|自称|来信|来访|留言|诉称|称|说|要求|希望|认为|"
    "等人|本人"
)
ACTS: Final = re.compile("来电|致电|来访|报警|来信")
STARTS: Final = re.compile('(?:^|[。；;!?！？\n\r\\s,，:：【】\\[\\]()（）"“”、])')
AFTER: Final = re.compile(
    f"{_NO_HAN}|$|来电|报警|致电|反映|投诉|举报|咨询|求助|表示|自称|诉称|称|说|要求|"
    "希望|认为|建议|提出|告知|回复|接听|"
    "(?:先生|女士|小姐|阿姨|师傅|老师|同志|老人|同学)|电话|手机|联系|微信|身份证|住在?|家|在|系|"
    "为|是|的|和|与|及|"
    "跟|男|女|本人|名下|已|将|被|打|向|对|把|从|今|昨|曾|多次|因|到|不|未|没|等|又|也|再|还|擅自|"
    "长期|私自|一直|每天|经常|"
    "经营|开|使用|收|承诺|三人|等|[一二两三四五六七八九几]人|因|所有|处|就|要|想|请|于|给|让|去|"
    "找|用|[才均都只刚]|证实|现场|天天|夜里|[半深]夜|[早晚]上|凌晨|代|按|骂|欠|搬|占|违|拒|冒|之|跑|"
    "却|仍|热情|失联|批|继承|去世|报道|介绍|分析"
)
COMMA: Final = re.compile("[、和与跟]")
AND: Final = re.compile("[、和与及跟同]")
DOTS: Final = frozenset("·•・")
FOREIGN: Final = re.compile("[\u3400-\u9fff]{1,8}(?:[·•.．・][\u3400-\u9fff]{1,10}){1,3}")
PLACE_END: Final = re.compile("[路村弄苑街园居城庄坊里桥厦号镇站场队]$")
STRANGE: Final = re.compile(f"{HAN}{{2,5}}(?={_NO_HAN}|$)")
SPACED: Final = re.compile(f"{_SUR} {{1,2}}{HAN}(?: {{0,2}}{HAN})?(?={_NO_HAN}|$)")
SPEAKS: Final = re.compile(f'(?:^|[\\s。；;!?！？,，:："”“]){HAN}{{1,3}}(?=:)')
