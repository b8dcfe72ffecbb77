"""A new town and its first administrator.

    python -m kaohe.web.founding gaojing 高境镇 admin 张三

The password is made up and printed once; the administrator sets up the second factor, has to
choose another password at the first login, and makes everybody else's account in the browser.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for each other."""
GROUPS, LENGTH = 4, 4


def main() -> int:
    """Found a town; 2 where it cannot be, with the reason."""
    parser = argparse.ArgumentParser(prog="python -m kaohe.web.founding", description=__doc__)
    parser.add_argument("code", help="代码，如 gaojing · a short code")
    parser.add_argument("name", help="镇名 · the town's name")
    parser.add_argument("username", help="管理员登录名 · login name of the administrator")
    parser.add_argument("person", help="管理员姓名 · name of the administrator")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaohe.web.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.exceptions import ValidationError
    from django.core.management import call_command

    from kaohe.web import clock
    from kaohe.web.accounts.actions import found_town

    try:
        settings.ENVIRONMENT.data.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        print(f"KAOHE_DATA：{problem}", file=sys.stderr)
        return 2
    call_command("migrate", verbosity=0, interactive=False)
    password = "-".join(
        "".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(GROUPS)
    )
    try:
        found_town(
            code=asked.code,
            name=asked.name,
            username=asked.username,
            person=asked.person,
            password=password,
            at=clock.now(),
        )
    except ValidationError as problem:
        print("；".join(problem.messages), file=sys.stderr)
        return 2
    print(f"{asked.name}：{asked.username} {password}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
