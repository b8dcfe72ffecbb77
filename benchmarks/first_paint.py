"""How soon a resident sees the form on a slow phone: first paint under a simulated 3G line.

    .venv/bin/python -m benchmarks.first_paint URL [TIMES]

``URL`` is the link of a household, as ``kaohe demo`` prints it. Chromium slows the line (300 ms
there and back, 1.6 Mbit/s down, 768 kbit/s up: WebPageTest's 3G) and the processor (four times
slower: Lighthouse's phone); each time the browser knows nothing yet. The simulated line takes no
time for a name, a connection or a key to be agreed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from tests.worlds import browsers

LINE = {
    "offline": False,
    "latency": 300,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 768_000 / 8,
}
SLOWER = 4
PHONE = {"width": 390, "height": 844}
PAINTED = """() => Object.fromEntries(
  performance.getEntriesByType("paint").map(one => [one.name, one.startTime]))"""


def main() -> None:
    """Open the form again and again; print the best, the median and the worst."""
    url, times = sys.argv[1], int((sys.argv[2:] or ["9"])[0])
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browsers.find(),
            args=browsers.launch_arguments(),
            env=browsers.environment(Path(folder)),
        )
        found = [_painted(browser, url) for _ in range(times)]
        browser.close()
    for name in ("first-paint", "first-contentful-paint"):
        every = [one[name] for one in found]
        told = {"best": min(every), "median": median(every), "worst": max(every)}
        print(f"{name} of {times}:", ", ".join(f"{one} {ms:.0f} ms" for one, ms in told.items()))


def _painted(browser: Browser, url: str) -> dict[str, float]:
    context = browser.new_context(
        viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True, locale="zh-CN"
    )
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(url)
    page.wait_for_load_state("networkidle")
    painted: dict[str, float] = page.evaluate(PAINTED)
    context.close()
    return painted


if __name__ == "__main__":
    main()
