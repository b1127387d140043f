"""Data only: fonts, icons, i18n, calendars, catalogue, templates, styles, pinyin, as files."""

from pathlib import Path

FOLDER = Path(__file__).parent
"""Where they lie: `importlib.resources` takes 7 ms to import, and the door would wait for it."""
