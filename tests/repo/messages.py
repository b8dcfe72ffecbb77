"""Messages of the web application: found in code and templates, translated in one catalogue.

    python -m tests.repo.messages      add what is missing, drop what is gone, compile

Chinese is the language in which messages are written, so the only catalogue is English. It is
compiled by a library, and the compiled file is kept: no machine needs the gettext tools.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

import polib

import kaohe

WEB = Path(kaohe.__file__).parent / "web"
CATALOGUE = WEB / "locale/en/LC_MESSAGES/django.po"
COMPILED = CATALOGUE.with_suffix(".mo")
FUNCTIONS = frozenset({"_", "gettext", "gettext_lazy"})
WITH_CONTEXT = frozenset({"pgettext", "pgettext_lazy"})
BETWEEN = "\x04"
"""Stands between a context and its message, as gettext itself joins them."""


def used() -> dict[str, str]:
    """Every message with the file in which it first stands."""
    _set_up()
    found: dict[str, str] = {}
    for path in sorted(WEB.rglob("*.py")):
        if "migrations" not in path.parts:
            for message in _in_code(path):
                found.setdefault(message, path.relative_to(WEB).as_posix())
    for path in sorted(WEB.rglob("*.html")):
        for message in _in_template(path):
            found.setdefault(message, path.relative_to(WEB).as_posix())
    return found


def _in_code(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        called = isinstance(node, ast.Call) and getattr(node.func, "id", "") in FUNCTIONS
        if called and isinstance(node.args[0], ast.Constant):
            yield node.args[0].value
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in WITH_CONTEXT:
            yield BETWEEN.join(ast.literal_eval(given) for given in node.args)


def _in_template(path: Path) -> Iterator[str]:
    from django.template import engines
    from django.templatetags.i18n import BlockTranslateNode, TranslateNode

    engine = engines["django"].engine
    template = engine.from_string(path.read_text(encoding="utf-8"))
    for node in template.nodelist.get_nodes_by_type(TranslateNode):
        context = node.message_context
        message = node.filter_expression.var.literal
        yield f"{context.var}{BETWEEN}{message}" if context is not None else message
    for node in template.nodelist.get_nodes_by_type(BlockTranslateNode):
        yield node.render_token_list(node.singular)[0]


def catalogue() -> polib.POFile:
    """The English catalogue as it is kept."""
    return polib.pofile(str(CATALOGUE), wrapwidth=0)


def key(entry: polib.POEntry) -> str:
    """An entry as ``used`` names it: its context, if it has one, and its message."""
    return f"{entry.msgctxt}{BETWEEN}{entry.msgid}" if entry.msgctxt else entry.msgid


def update() -> list[str]:
    """Bring the catalogue in line with what is used and compile it; what has no English yet."""
    known = {key(entry): entry.msgstr for entry in catalogue() if entry.msgid}
    new = polib.POFile(wrapwidth=0)
    new.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Language": "en"}
    for message, place in sorted(used().items(), key=lambda one: (one[1], one[0])):
        context, _between, msgid = message.rpartition(BETWEEN)
        entry = polib.POEntry(msgid=msgid, msgstr=known.get(message, ""), comment=place)
        entry.msgctxt = context or None
        new.append(entry)
    new.save(str(CATALOGUE))
    COMPILED.write_bytes(new.to_binary())
    return [entry.msgid for entry in new if not entry.msgstr]


def _set_up() -> None:
    """Templates are read by Django, whose settings may be those of tests of pages already."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaohe.web.settings")
    os.environ.setdefault("KAOHE_SECRET_KEY", "messages")
    import django

    django.setup()


def main() -> None:
    """Update, and list what is still to be translated."""
    for message in update():
        print(message)


if __name__ == "__main__":
    main()
