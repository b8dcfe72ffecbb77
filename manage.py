#!/usr/bin/env python
"""Django's commands, for developers; people who run a town use ``kaohe serve``."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaohe.web.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
