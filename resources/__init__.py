"""Data: fonts, icons, i18n, calendars, catalogue, templates, styles, pinyin; and where it lies."""
