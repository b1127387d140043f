"""A field of the product in a window of its own; what happens to it is written out, line by line.

Lines: "focus", "composing <text>", "typed <text>".
"""

import os
import sys

from ui import startup

os.environ.update(startup.prepare())

from ui import theme
from ui.shell.app import make_application
from ui.widgets.fields import LineField


def say(text):
    """Write one line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class Told(LineField):
    """Tells what reaches it."""

    def focusInEvent(self, event):  # noqa: N802  Qt's name
        super().focusInEvent(event)
        say("focus")

    def inputMethodEvent(self, event):  # noqa: N802  Qt's name
        if event.preeditString():
            say(f"composing {event.preeditString()}")
        super().inputMethodEvent(event)


app = make_application()
theme.apply(app, "light")
field = Told(limit=40)
field.resize(400, 40)
field.textChanged.connect(lambda text: say(f"typed {text}"))
field.show()
field.activateWindow()
field.setFocus()
sys.exit(app.exec())
