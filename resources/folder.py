"""Where the resources lie: `importlib.resources` takes 7 ms to import, and the door would wait."""

from pathlib import Path

FOLDER = Path(__file__).parent
