"""Make the demonstration town in the configured database: ``python -m kaohe.web.demonstration``.

A process of its own, because letters have charts: what draws them keeps threads that do not live
on in the processes which a server forks, and the first chart of such a process never ends.
"""

import django


def main() -> None:
    """Set the application up, which models wait for; then make the town."""
    django.setup()
    from kaohe.web.demonstration.loading import load_demonstration

    load_demonstration()


main()
