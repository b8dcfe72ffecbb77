"""The page of the command line, from the parser itself, in both languages."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from kaohe.cli import parser

EXIT_CODES = {
    "0": "done; with `score`: scored, and nothing bars a final result",
    "1": "a fault of the program",
    "2": "the input, the scheme or the call is wrong: every fault is listed, nothing is written",
    "3": "scored, but something bars a final result; everything is written, marked provisional",
}
OPENING = """\
# The command line

Messages go to stderr in the language of `--lang`, else of the locale, else in Chinese. Result files
do not depend on the language, except the headings of the workbook.

A `SCHEME` is the name of a scheme that ships with the program, a scheme file, or a folder that
holds `scheme.yaml`. `FACTS` is a folder of fact tables, one `.xlsx` workbook, or a database URL
(`sqlite:///…`, `postgresql://…`).

## Exit codes
"""


Command = argparse.ArgumentParser


def command_page() -> str:
    """Every command with its arguments, and what the exit codes mean."""
    lines = [OPENING, "| code | meaning |", "| --- | --- |"]
    lines += [f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items()]
    english, chinese = _commands(parser("en")), _commands(parser("zh"))
    for name, command in english.items():
        lines += ["", *_command(name, command, chinese[name])]
    return "\n".join(lines) + "\n"


def _commands(whole: Command, before: str = "") -> dict[str, Command]:
    """Every command by its name; one that only holds others is followed by them."""
    found = {}
    for action in whole._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                found[f"{before}{name}"] = command
                found |= _commands(command, f"{before}{name} ")
    return found


def _command(name: str, english: Command, chinese: Command) -> Iterator[str]:
    yield f"## kaohe {name}"
    yield ""
    yield f"{english.description} · {chinese.description}"
    yield ""
    if _commands(english):
        yield f"    kaohe {name} {'|'.join(_commands(english))} …"
        return
    yield f"    kaohe {name} {' '.join(_usage(one) for one in _arguments(english))}"
    yield ""
    yield "| argument | | meaning | 含义 |"
    yield "| --- | --- | --- | --- |"
    for one, other in zip(_arguments(english), _arguments(chinese), strict=True):
        yield f"| `{_written(one)}` | {_demand(one)} | {_help(one)} | {_help(other)} |"


def _arguments(command: Command) -> list[argparse.Action]:
    return [one for one in command._actions if not isinstance(one, argparse._HelpAction)]


def _usage(action: argparse.Action) -> str:
    """An argument in the usage line: in brackets what may be left out."""
    written = _written(action).replace("\\|", "|")
    return written if action.required else f"[{written}]"


def _written(action: argparse.Action) -> str:
    """An argument as one types it."""
    value = action.metavar or action.dest.upper()
    if action.choices is not None:
        value = "\\|".join(str(choice) for choice in action.choices)
    if not action.option_strings:
        return str(value)
    flag = action.option_strings[0]
    return flag if action.nargs == 0 else f"{flag} {value}"


def _help(action: argparse.Action) -> str:
    """What help says, where a sign of per cent is written twice."""
    return str(action.help).replace("%%", "%")


def _demand(action: argparse.Action) -> str:
    """Whether it must be given, and what holds where it is not."""
    if action.required:
        return "required"
    if action.default in (None, False, []) or action.dest == "lang":
        return ""
    return f"default `{action.default}`"
