"""A field of the product in a window of its own; each change of its text is written out."""

import os
import sys

from ui import startup

os.environ.update(startup.prepare())

from ui import theme
from ui.loop import Later
from ui.shell.app import make_application
from ui.widgets.fields import LineField

LIMIT_MS = 60_000


def say(text):
    """Write one line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class Composing(LineField):
    """Tells what the input method composes, too."""

    def inputMethodEvent(self, event):  # noqa: N802  Qt's name
        say(f"composing {event.preeditString()}")
        super().inputMethodEvent(event)


app = make_application()
theme.apply(app, "light")
field = Composing(limit=40)
field.resize(400, 40)
field.textChanged.connect(lambda text: say(f"typed {text}"))
field.show()
field.activateWindow()
field.setFocus()
ready, end = Later(field, 0, lambda: say("ready")), Later(field, LIMIT_MS, app.quit)
ready.start()
end.start()
sys.exit(app.exec())
