"""Make the segments beside this file: six seconds of a test picture that counts, as HLS of H.264.

Run once, by hand: `uv run --with av==18.1.0 tests/web/stream/make.py`. The same by ffmpeg:
`ffmpeg -f lavfi -i testsrc=size=256x144:rate=5 -t 6 -c:v libx264 -profile:v baseline -crf 40 -g 10
-sc_threshold 0 -f hls -hls_time 2 -hls_segment_filename seg%d.ts live.m3u8`.
"""

import tempfile
from pathlib import Path

import av
import av.filter

HERE = Path(__file__).parent
RATE, SECONDS = 5, 6


def main() -> None:
    """Write seg0.ts to seg2.ts."""
    graph = av.filter.Graph()
    source = graph.add("testsrc", f"size=256x144:rate={RATE}")
    plain, sink = graph.add("format", "yuv420p"), graph.add("buffersink")
    source.link_to(plain)
    plain.link_to(sink)
    graph.configure()
    with tempfile.TemporaryDirectory() as folder:
        cut = {"hls_time": "2", "hls_segment_filename": str(HERE / "seg%d.ts")}
        with av.open(str(Path(folder) / "live.m3u8"), "w", format="hls", options=cut) as out:
            options = {"profile": "baseline", "crf": "40", "g": "10", "sc_threshold": "0"}
            stream = out.add_stream("libx264", rate=RATE, options=options)
            stream.bit_rate = 0
            stream.width, stream.height, stream.pix_fmt = 256, 144, "yuv420p"
            for _ in range(RATE * SECONDS):
                out.mux(stream.encode(graph.pull()))
            out.mux(stream.encode())


if __name__ == "__main__":
    main()
