"""A headless Chromium, driven over its DevTools protocol through a small WebSocket client.

with Chromium(folder) as page:
    page.open("http://127.0.0.1:8765/")
    page.wait_for("document.title === 'ECG monitor'")
"""

import base64
import json
import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from websockets.sync.client import connect

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-extensions", "--hide-scrollbars", "--mute-audio", "--remote-debugging-port=0",
)  # fmt: skip

#: Seconds that the browser may take to start, and to answer.
PATIENCE_S = 30.0

#: Keys that are no letters, and their codes.
KEYS = {
    "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40,
}  # fmt: skip


def find_chromium() -> str | None:
    """Return the path of a Chromium, None where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Chromium:
    """One page of a browser of its own.

    Parameters
    ----------
    folder : Path
        For its profile.
    size : (int, int)
        Width and height of the window, in points.
    """

    def __init__(self, folder: Path, size: tuple[int, int] = (1280, 800)) -> None:
        command = [find_chromium() or NAMES[0], *FLAGS, f"--user-data-dir={folder}", "about:blank"]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._number = 0
        try:
            port, path = self._find_port(folder / "DevToolsActivePort")
            self._browser = connect(f"ws://127.0.0.1:{port}{path}", max_size=None)
            target = self._call("Target.getTargets")["targetInfos"]
            page = next(info["targetId"] for info in target if info["type"] == "page")
            self._browser.close()
            self._browser = connect(f"ws://127.0.0.1:{port}/devtools/page/{page}", max_size=None)
            self.resize(*size)
        except BaseException:
            self._process.kill()
            raise

    def _find_port(self, file: Path) -> tuple[str, str]:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and self._process.poll() is None:
            if file.is_file() and len(lines := file.read_text().split()) == 2:
                return lines[0], lines[1]
            time.sleep(0.05)
        raise RuntimeError("Chromium does not start")

    def __enter__(self) -> "Chromium":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._browser.close()
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method of the protocol and return its result; events are passed over."""
        self._number += 1
        self._browser.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._browser.recv(timeout=PATIENCE_S))
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result

    def resize(self, width: int, height: int) -> None:
        """Change the size of the window, in points."""
        self._call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip

    def prefer(self, scheme: str) -> None:
        """Pretend that the system asks for ``"dark"`` or ``"light"``."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._call("Emulation.setEmulatedMedia", features=features)

    def open(self, url: str) -> None:
        """Go to a page and wait until it is loaded."""
        self._call("Page.navigate", url=url)
        self.wait_for("document.readyState === 'complete'")

    def evaluate(self, script: str) -> Any:
        """Run an expression of JavaScript in the page, wait for its promise, return its value.

        Raises
        ------
        RuntimeError
            If it throws.
        """
        answer = self._call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise RuntimeError(details.get("exception", details).get("description", str(details)))
        return answer["result"].get("value")

    def wait_for(self, script: str, patience_s: float = 10.0) -> Any:
        """Wait until an expression is true, and return its value; until then it may throw.

        Raises
        ------
        TimeoutError
            If it does not become true in time.
        """
        deadline = time.monotonic() + patience_s
        problem = ""
        while time.monotonic() < deadline:
            try:
                if value := self.evaluate(script):
                    return value
            except RuntimeError as error:
                problem = f": {error}"
            time.sleep(0.05)
        raise TimeoutError(f"{script} did not become true in {patience_s:g} s{problem}")

    def press(self, key: str) -> None:
        """Press a key: a letter or one of `KEYS`."""
        code = KEYS.get(key)
        text = {} if code and key != "Enter" else {"text": "\r" if key == "Enter" else key}
        more = {"key": key, "windowsVirtualKeyCode": code or ord(key.upper())}
        self._call("Input.dispatchKeyEvent", type="keyDown", **more, **text)
        self._call("Input.dispatchKeyEvent", type="keyUp", **more)

    def sleep(self, asleep: bool) -> None:
        """Freeze the page, as a browser does with one that nobody looks at, or wake it.

        A headless browser draws no frames any more after that, whatever page it opens.
        """
        state = "frozen" if asleep else "active"
        self._call("Page.setWebLifecycleState", state=state)

    def busy_share(self, seconds: float) -> float:
        """Return how much of a processor the page's main thread uses, as measured for a while.

        It is time of the processor, so that other programs on this machine change it little.
        """
        self._call("Performance.enable", timeDomain="threadTicks")
        before = self._task_seconds()
        began = time.monotonic()
        time.sleep(seconds)
        return (self._task_seconds() - before) / (time.monotonic() - began)

    def _task_seconds(self) -> float:
        metrics = self._call("Performance.getMetrics")["metrics"]
        return float(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))

    def screenshot(self, path: Path) -> None:
        """Write what the window shows as PNG."""
        data = self._call("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(data))
