"""The command ``kaohe``: what is asked is read here, what is done stands in ``commands``.

Only the standard library is imported until a command runs, so that ``--help`` is at once there.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import traceback
from collections.abc import Sequence
from io import TextIOWrapper
from typing import NoReturn

SCORED, FAULT_OF_PROGRAM, WRONG, BARRED = 0, 1, 2, 3
ENGINE_NAMES = ("duckdb", "sqlite", "postgres", "spark")
FORMATS = ("csv", "xlsx", "parquet")

HELP = {
    "zh": {
        "about": "把考核方案变成人人可以复算的结果",
        "score": "按方案给事实表计分",
        "explain": "在终端打印一个对象的得分理由",
        "check": "检查方案文件，并核对它的算例",
        "compare": "逐条说明两份方案有哪些不同",
        "sensitivity": "按决定事项的各种选项组合分别计分，说明哪些事项影响结果",
        "template": "生成数据填报工作簿",
        "robustness": "算抽样误差有多大，名次、等次经不经得起再抽一次样",
        "report": "写出每个对象的反馈函（PDF、DOCX）、结果公布通知草稿（DOCX）和结果工作簿（XLSX）",
        "generate": "生成演示数据",
        "plan": "事先安排：样本量、抽样、走访抽查、预计参加户数",
        "plan sizes": "每个居民区每种方式要测评多少户，误差多大",
        "plan sample": "从抽样框按楼栋抽取样本户和替补（第三方测评）",
        "plan visits": "从有走访记录的住户中抽取核查户和替补",
        "plan union": "预计各方式合起来不重复的户数，是否达到要求",
        "out_dir": "写入的文件夹",
        "margin": "所要的误差，百分制的分数，如 3",
        "confidence": "置信度",
        "deviation": "标准差，百分制的分数；不写按最坏情形 50",
        "last_year": "上一年的事实表：用其中答卷的标准差",
        "response": "预计应答率，如 50%%：据此安排联系户数和替补",
        "check_id": "为方案的哪项要求抽样，如 sample.third_party",
        "draw_seed": "抽签的种子；不写由程序产生并记下",
        "reserves": "每个居民区的替补户数",
        "expect": "某项预计参加的比例或户数，如 sample.online.1=45%%；不写按方案要求，可重复",
        "overlap": "第二轮参加的住户中参加过第一轮的比例；不写视为互不影响",
        "demo": "启动带演示镇的网页系统（SQLite）",
        "serve": "在所配置的数据库上启动网页系统",
        "port": "端口",
        "host": "监听地址",
        "data": "数据文件夹",
        "facts": "事实表所在的文件夹、一个 .xlsx 工作簿，或数据库地址",
        "scheme": "随程序提供的方案名，或方案文件路径",
        "out": "输出位置",
        "decide": "采用某个决定事项的某个选项，可重复",
        "engine": "计数所用的引擎",
        "area": "对象编号",
        "node": "只看这个节点",
        "subject": "方案另外声明的对象种类；不写为主要对象",
        "json_schema": "打印方案语言的 JSON Schema",
        "document": "考核文件（文本文件）：核对方案引用的条款，列出没有规则引用的条款",
        "older": "原来的方案：方案名或方案文件路径",
        "newer": "新的方案：方案名或方案文件路径",
        "areas": "对象个数",
        "seed": "随机种子",
        "replicates": "重新抽样、计分的次数",
        "households": "平均每个对象的户数",
        "simulate": "不用事实表，改用模拟数据，对象个数为 AREAS（须同时给 --seed）",
        "simulated_seed": "模拟数据的随机种子",
        "format": "文件格式",
        "lang": "提示语言",
        "wrong": "命令写法不对",
        "fault": "程序出错，请把下面的内容告诉维护者",
    },
    "en": {
        "about": "an assessment policy as data, scored so that anybody can recompute it",
        "score": "score facts under a scheme",
        "explain": "print why one subject has its scores",
        "check": "check a scheme file and its worked examples",
        "compare": "tell what one scheme changes against another, clause by clause",
        "sensitivity": "score under every reading of the open questions, tell which ones matter",
        "template": "write the workbook that data providers fill in",
        "robustness": "tell how far sampling decides: margins, ranks that cannot be told apart",
        "report": "write a feedback letter per subject (PDF, DOCX), the notice, the workbook",
        "generate": "generate a demonstration town",
        "plan": "plan ahead: sample sizes, draws, the check of visits, who will take part",
        "plan sizes": "how many to ask in each area by each channel, and with which margin",
        "plan sample": "draw a sample with reserves from a frame, by building (third party)",
        "plan visits": "draw households with a claimed visit to be checked, with reserves",
        "plan union": "how many different households all channels will reach, against the rule",
        "out_dir": "the folder to write to",
        "margin": "the margin wanted, in points of a hundred, such as 3",
        "confidence": "the confidence of the margin",
        "deviation": "the standard deviation in points of a hundred; else the worst there is, 50",
        "last_year": "last year's facts: take the standard deviation of their ballots",
        "response": "the expected response, such as 50%%: how many to ask, how many in reserve",
        "check_id": "the check of the scheme to draw for, such as sample.third_party",
        "draw_seed": "the seed of the draw; else one is made and recorded",
        "reserves": "households in reserve in each area",
        "expect": "share or number expected of a check, such as sample.online.1=45%%; else what is"
        " required; may be repeated",
        "overlap": "share of the second round that took part in the first; else independent",
        "demo": "serve the web application with a demonstration town, on SQLite",
        "serve": "serve the web application on the configured database",
        "port": "port",
        "host": "address to listen on",
        "data": "folder of the database and files",
        "facts": "a folder of fact tables, one .xlsx workbook, or a database URL",
        "scheme": "the name of a scheme that ships with the program, or a path",
        "out": "where to write",
        "decide": "take an option of a decision; may be repeated",
        "engine": "the engine that counts",
        "area": "the subject's id",
        "node": "only this node",
        "subject": "another kind of subject that the scheme declares, instead of the main one",
        "json_schema": "print the JSON Schema of the scheme language",
        "document": "the policy as a text file: compare the clauses cited, list those not cited",
        "older": "the scheme as it was: its name or a path",
        "newer": "the scheme as it is to be: its name or a path",
        "areas": "the number of subjects",
        "seed": "the random seed",
        "replicates": "how often samples are drawn and scored anew",
        "households": "mean number of households of a subject",
        "simulate": "instead of FACTS: simulate facts of so many subjects (with --seed)",
        "simulated_seed": "the random seed of the simulated facts",
        "format": "file format",
        "lang": "language of messages",
        "wrong": "the command is not right",
        "fault": "a fault of the program; please tell its maintainers what follows",
    },
}


def language_of(arguments: Sequence[str], environment: dict[str, str]) -> str:
    """The language asked for by ``--lang``, else that of the locale, else Chinese."""
    for position, argument in enumerate(arguments):
        name, equals, value = argument.partition("=")
        if name == "--lang":
            asked = value if equals else "".join(arguments[position + 1 : position + 2])
            if asked in HELP:
                return asked
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return "en" if environment[name].lower().startswith("en") else "zh"
    return "zh"


COMPLAINTS = (
    (r"the following arguments are required: (.*)", r"缺少 \1"),
    (r"unrecognized arguments: (.*)", r"不认识 \1"),
    (r"argument (.*): expected one argument", r"\1 后面缺少取值"),
    (r"argument (.*): invalid int value: (.*)", r"\1 应为整数，不能是 \2"),
    (r"argument (.*): invalid choice: (.*) \(choose from (.*)\)", r"\1 不能是 \2，可用：\3"),
)


def in_chinese(message: str) -> str:
    """What the standard library's parser complains of, in Chinese where it is known."""
    for pattern, chinese in COMPLAINTS:
        if re.fullmatch(pattern, message):
            return re.sub(pattern, chinese, message)
    return message


class _Parser(argparse.ArgumentParser):
    """A parser whose complaint begins in the user's language."""

    words: dict[str, str] = HELP["zh"]

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        told = message if self.words is HELP["en"] else in_chinese(message)
        self.exit(WRONG, f"{self.words['wrong']}: {told}\n")


def parser(language: str) -> argparse.ArgumentParser:
    """The parser of all commands, with help in one language."""
    words = HELP[language]
    _Parser.words = words
    whole = _Parser(prog="kaohe", description=words["about"], allow_abbrev=False)
    whole.add_argument("--lang", choices=("zh", "en"), default=language, help=words["lang"])
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str) -> argparse.ArgumentParser:
        one = commands.add_parser(
            name, help=words[name], description=words[name], allow_abbrev=False
        )
        unsaid = argparse.SUPPRESS
        one.add_argument("--lang", choices=("zh", "en"), default=unsaid, help=words["lang"])
        return one

    score = command("score")
    score.add_argument("facts", metavar="FACTS", help=words["facts"])
    score.add_argument("--scheme", required=True, help=words["scheme"])
    score.add_argument("--out", required=True, metavar="DIR", help=words["out"])
    _decisions_and_engine(score, words)

    explain = command("explain")
    explain.add_argument("facts", metavar="FACTS", help=words["facts"])
    explain.add_argument("--scheme", required=True, help=words["scheme"])
    explain.add_argument("--area", required=True, metavar="ID", help=words["area"])
    explain.add_argument("--node", metavar="ID", help=words["node"])
    explain.add_argument("--subject", metavar="NAME", help=words["subject"])
    _decisions_and_engine(explain, words)

    sensitivity = command("sensitivity")
    sensitivity.add_argument("facts", nargs="?", metavar="FACTS", help=words["facts"])
    sensitivity.add_argument("--scheme", required=True, help=words["scheme"])
    sensitivity.add_argument("--out", required=True, metavar="DIR", help=words["out"])
    sensitivity.add_argument("--simulate", type=int, metavar="AREAS", help=words["simulate"])
    sensitivity.add_argument("--seed", type=int, metavar="S", help=words["simulated_seed"])
    sensitivity.add_argument("--households", type=int, metavar="H", help=words["households"])
    _decisions_and_engine(sensitivity, words)

    robustness = command("robustness")
    robustness.add_argument("facts", metavar="FACTS", help=words["facts"])
    robustness.add_argument("--scheme", required=True, help=words["scheme"])
    robustness.add_argument("--out", required=True, metavar="DIR", help=words["out"])
    robustness.add_argument(
        "--replicates", type=int, default=1000, metavar="N", help=words["replicates"]
    )
    robustness.add_argument("--seed", type=int, default=1, metavar="S", help=words["seed"])
    _decisions_and_engine(robustness, words)

    report = command("report")
    report.add_argument("facts", metavar="FACTS", help=words["facts"])
    report.add_argument("--scheme", required=True, help=words["scheme"])
    report.add_argument("--out", required=True, metavar="DIR", help=words["out_dir"])
    _decisions_and_engine(report, words)

    check = command("check")
    check.add_argument("scheme", nargs="?", metavar="SCHEME", help=words["scheme"])
    check.add_argument("--document", metavar="FILE", help=words["document"])
    check.add_argument("--json-schema", action="store_true", help=words["json_schema"])

    compare = command("compare")
    compare.add_argument("older", metavar="A", help=words["older"])
    compare.add_argument("newer", metavar="B", help=words["newer"])

    template = command("template")
    template.add_argument("scheme", metavar="SCHEME", help=words["scheme"])
    template.add_argument("--out", required=True, metavar="FILE.xlsx", help=words["out"])

    generate = command("generate")
    generate.add_argument("--scheme", default="gaojing-2024", help=words["scheme"])
    generate.add_argument("--areas", type=int, required=True, metavar="N", help=words["areas"])
    generate.add_argument("--seed", type=int, required=True, metavar="S", help=words["seed"])
    generate.add_argument("--households", type=int, metavar="H", help=words["households"])
    generate.add_argument("--out", required=True, metavar="DIR", help=words["out"])
    generate.add_argument("--format", choices=FORMATS, default="csv", help=words["format"])

    _plans(command("plan"), words)

    demo = command("demo")
    demo.add_argument("--port", type=int, default=8000, help=words["port"])
    demo.add_argument("--data", default="kaohe-demo", metavar="DIR", help=words["data"])

    serve = command("serve")
    serve.add_argument("--host", default="127.0.0.1", help=words["host"])
    serve.add_argument("--port", type=int, default=8000, help=words["port"])
    return whole


def _plans(whole: argparse.ArgumentParser, words: dict[str, str]) -> None:
    """The plans, each with what it is made from and where it goes."""
    plans = whole.add_subparsers(dest="plan", required=True, metavar="PLAN")

    def plan(name: str) -> argparse.ArgumentParser:
        told = words[f"plan {name}"]
        one = plans.add_parser(name, help=told, description=told, allow_abbrev=False)
        unsaid = argparse.SUPPRESS
        one.add_argument("--lang", choices=("zh", "en"), default=unsaid, help=words["lang"])
        one.add_argument("facts", metavar="FACTS", help=words["facts"])
        one.add_argument("--scheme", required=True, help=words["scheme"])
        one.add_argument("--out", required=True, metavar="DIR", help=words["out_dir"])
        return one

    for sized in (plan("sizes"), plan("sample")):
        sized.add_argument("--margin", metavar="POINTS", help=words["margin"])
        sized.add_argument("--confidence", default="95%", metavar="SHARE", help=words["confidence"])
        sized.add_argument("--deviation", metavar="POINTS", help=words["deviation"])
        sized.add_argument("--last-year", metavar="FACTS", help=words["last_year"])
        sized.add_argument("--response", default="100%", metavar="SHARE", help=words["response"])
        _decide(sized, words)
    sample = plans.choices["sample"]
    sample.set_defaults(response="50%")
    sample.add_argument("--check", metavar="ID", help=words["check_id"])
    sample.add_argument("--seed", metavar="TEXT", help=words["draw_seed"])

    visits = plan("visits")
    visits.add_argument("--reserves", type=int, default=10, metavar="N", help=words["reserves"])
    visits.add_argument("--seed", metavar="TEXT", help=words["draw_seed"])
    _decide(visits, words)

    union = plan("union")
    union.add_argument(
        "--expect", action="append", default=[], metavar="CHECK=VALUE", help=words["expect"]
    )
    union.add_argument("--overlap", metavar="SHARE", help=words["overlap"])
    _decide(union, words)


def _decide(one: argparse.ArgumentParser, words: dict[str, str]) -> None:
    one.add_argument(
        "--decide", action="append", default=[], metavar="ID=OPTION", help=words["decide"]
    )


def _decisions_and_engine(one: argparse.ArgumentParser, words: dict[str, str]) -> None:
    _decide(one, words)
    one.add_argument("--engine", choices=ENGINE_NAMES, default="duckdb", help=words["engine"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code says how it went (0, 1, 2 or 3)."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    for stream in (sys.stdout, sys.stderr):
        # A console without Chinese shows escapes; the files are written whatever it can show.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    language = language_of(given, dict(os.environ))
    asked = parser(language).parse_args(given)
    try:
        from kaohe.cli import commands

        return commands.run(asked)
    except BrokenPipeError:
        # The reader of our output went away, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SCORED
    except Exception:
        print(HELP[asked.lang]["fault"], file=sys.stderr)
        traceback.print_exc()
        return FAULT_OF_PROGRAM
