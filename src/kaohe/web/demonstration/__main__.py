"""Make the demonstration town in the configured database: ``python -m kaohe.web.demonstration``.

A process of its own, because letters have charts: what draws them keeps threads that do not live
on in the processes which a server forks, and the first chart of such a process never ends.
"""

import django

django.setup()

from kaohe.web.demonstration.loading import load_demonstration  # noqa: E402

load_demonstration()
