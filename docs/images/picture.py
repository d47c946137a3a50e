"""docs/images/briefing.png: the first screen of the demonstration's briefing, as a headless Chromium shows it.

make demo && .venv/bin/python docs/images/picture.py [--home chian-demo]
"""

import argparse
import base64
import shutil
from pathlib import Path

from flows.briefing.chromium import chromium
from flows.settings import CHROMIUM

PICTURE = Path(__file__).with_name("briefing.png")
WIDTH, HEIGHT, SECONDS = 1280, 720, 60


def main() -> None:
    """Write the picture.

    Raises:
        SystemExit: There is no Chromium, or no briefing in the home.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=Path("chian-demo"))
    pages = sorted(parser.parse_args().home.glob("published/[0-9]*-[0-9]*/gwangju/briefing.html"))
    program = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if not pages or program is None:
        raise SystemExit("make demo first" if not pages else f"needs a Chromium: one of {', '.join(CHROMIUM)}")
    with chromium(Path(program), {}, SECONDS) as browser, browser.page() as session:
        size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        browser.ask("Emulation.setDeviceMetricsOverride", session, **size)
        browser.open(session, pages[-1])
        PICTURE.write_bytes(base64.b64decode(browser.ask("Page.captureScreenshot", session, format="png")["data"]))


if __name__ == "__main__":
    main()
