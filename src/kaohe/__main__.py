"""``python -m kaohe`` is the command ``kaohe``."""

import sys

from kaohe.cli import main

sys.exit(main())
