"""A hall's camera for tests: a live HLS playlist over and over three small segments, on loopback.

with hall_camera() as camera:       # camera.url is what policy registers
    camera.how = "gone"             # or "moved", "page", "trickle", "endless", "live"
"""

import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SEGMENTS = [(Path(__file__).parent.parent / "web" / "stream" / f"seg{n}.ts") for n in range(3)]
SEGMENT_S = 2
SHOWN = 3  # segments in a playlist


class HallCamera(ThreadingHTTPServer):
    """What a camera's own server would be."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answers)
        self.how, self.asked, self.began = "live", [], time.monotonic()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hall/live.m3u8?stream=1"

    def playlist(self):
        """Return the playlist of this moment; each round of the segments is a discontinuity."""
        newest = int((time.monotonic() - self.began) / SEGMENT_S) + SHOWN
        first = newest - SHOWN
        lines = ["#EXTM3U", "#EXT-X-VERSION:3", f"#EXT-X-TARGETDURATION:{SEGMENT_S}"]
        lines += [f"#EXT-X-MEDIA-SEQUENCE:{first}"]
        lines += [f"#EXT-X-DISCONTINUITY-SEQUENCE:{-(-first // len(SEGMENTS))}"]
        for n in range(first, newest):
            lines += ["#EXT-X-DISCONTINUITY"] * (n % len(SEGMENTS) == 0)
            lines += [f"#EXTINF:{SEGMENT_S}.000000,", f"part{n}.ts?token=hidden"]
        return "\n".join(lines) + "\n"


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        camera = self.server
        camera.asked.append(self.path)
        with suppress(OSError):
            getattr(self, f"_{camera.how}")()

    def _live(self):
        name = self.path.partition("?")[0].rpartition("/")[2]
        if name == "live.m3u8":
            self._say(self.server.playlist().encode())
        else:
            number = int(name.removeprefix("part").removesuffix(".ts"))
            self._say(SEGMENTS[number % len(SEGMENTS)].read_bytes())

    def _gone(self):
        self.send_error(503)

    def _moved(self):
        self.send_response(302)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/secret")
        self.end_headers()

    def _page(self):
        self._say(b"<!doctype html><title>camera</title>")

    def _trickle(self):
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b"#")
            threading.Event().wait(0.05)

    def _endless(self):
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b"G" * 65536)

    def _say(self, data):
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        """Say nothing."""


@contextmanager
def hall_camera():
    """Serve a camera."""
    with HallCamera() as camera:
        serving = threading.Thread(target=camera.serve_forever, args=(0.05,), name="hall-camera")
        serving.start()
        try:
            yield camera
        finally:
            camera.shutdown()
            serving.join()


def registered(url, **said):
    """Return a camera's policy body."""
    return {
        "id": "cam-3",
        "hall": "339901",
        "department": "scjg",
        "counter": "3号窗口",
        "name": {"zh": "三号窗口上方", "en": "Above window 3"},
        "hls": url,
        "keep_days": 90,
        "roles": ["supervisor"],
        **said,
    }
