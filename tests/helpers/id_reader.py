"""Devices at the counter without hardware: the far end of a real serial line (a pty)."""

import os
import select
import threading
import tty

from client.counter import gat450


def card_data(name, number, address, until, *, kind=" "):
    """What a reader answers to READ: two lengths, the text, a photograph nobody looks at."""
    fields = (name, "2", "01", "19900307", address, number, "云岭县公安局", "20150101", until)
    widths = (30, 2, 4, 16, 70, 36, 30, 16, 16)
    text = b"".join(
        field.ljust(width // 2).encode("utf-16-le")
        for field, width in zip(fields, widths, strict=True)
    )
    text += "".ljust(14).encode("utf-16-le") + kind.encode("utf-16-le") + "   ".encode("utf-16-le")
    return (256).to_bytes(2, "big") + (1024).to_bytes(2, "big") + text + bytes(1024)


class FarEnd:
    """One end of a line at `path`; unplugged and plugged in again it is another device there."""

    def __init__(self, path):
        self.path = path
        self.plug()

    def plug(self):
        """Put the plug in."""
        self._far, self._near = os.openpty()
        tty.setraw(self._near)
        self.path.unlink(missing_ok=True)
        self.path.symlink_to(os.ttyname(self._near))

    def unplug(self):
        """Pull the plug."""
        self.path.unlink()
        os.close(self._near)
        os.close(self._far)

    def send(self, data):
        """Say something."""
        os.write(self._far, data)


class SimulatedReader(FarEnd):
    """A reader that answers frames as GA 450 has them; `lay` puts a card on it."""

    def __init__(self, path):
        self.card = None
        self.told = False
        self.rubbish = False
        super().__init__(path)

    def plug(self):
        super().plug()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="simulated reader")
        self._thread.start()

    def unplug(self):
        self._end.set()
        self._thread.join()
        super().unplug()

    def lay(self, data):
        """Lay a card down; None takes it away."""
        self.card, self.told = data, False

    def _serve(self):
        kept = b""
        while not self._end.is_set():
            if not select.select([self._far], [], [], 0.02)[0]:
                continue
            kept += os.read(self._far, 64)
            while len(kept) >= 10:
                frame, kept = kept[:10], kept[10:]
                self.send(b"\x00" * 12 if self.rubbish else self._answer((frame[7], frame[8])))

    def _answer(self, words):
        if words == gat450.FIND:
            return gat450.answer(gat450.FOUND if self.card and not self.told else 0x80)
        if words == gat450.SELECT:
            return gat450.answer(gat450.DONE)
        self.told = True
        return gat450.answer(gat450.DONE, self.card) if self.card else gat450.answer(0x41)
