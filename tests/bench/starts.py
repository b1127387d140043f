"""Started by the bench in a process of its own: `ours` or `bare`; says when it was painted.

Prints the monotonic clock at the end of the first paint (the parent's clock too) and the
processor's time spent by then, in milliseconds.
"""

# ruff: noqa: PLC0415, N802  what is imported when is what is measured; Qt's name

import sys
import time


def painted(widget, done):
    """Call `done` once the widget has been painted."""
    from PySide6.QtCore import QEvent, QObject, QTimer

    class Watch(QObject):
        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Paint:
                widget.removeEventFilter(self)
                QTimer(self, singleShot=True, interval=0, timeout=done).start()
            return False

    widget.watch = Watch(widget)
    widget.installEventFilter(widget.watch)


def tell():
    print(time.monotonic_ns() / 1e6, time.process_time() * 1000, flush=True)


def bare():
    import asyncio

    import PySide6.QtCore  # noqa: F401  (before qasync)
    import qasync
    from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

    app = QApplication(sys.argv[:1])
    window = QMainWindow()
    label = QLabel("窗口")
    window.setCentralWidget(label)
    window.resize(1366, 768)

    async def main():
        closed = asyncio.get_running_loop().create_future()
        painted(label, lambda: closed.done() or closed.set_result(None))
        window.show()
        await closed
        tell()

    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        runner.run(main())


def ours(folder):
    from ui import __main__ as entry

    def shown(*given, **looks):
        window = show(*given, **looks)
        painted(window.door, lambda: window.setProperty("painted", True))
        return window

    show, entry.show_window = entry.show_window, shown

    async def wait(window, *_rest):
        from ui import loop

        while not window.property("painted"):
            await loop.turned()
        tell()
        return 0

    entry._live = wait
    sys.exit(entry.main(["--data", folder]))


if __name__ == "__main__":
    bare() if sys.argv[1] == "bare" else ours(sys.argv[2])
