"""Settings that every test shares: no screen, no network beyond loopback."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
