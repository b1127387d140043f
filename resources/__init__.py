"""Data only: fonts, icons, i18n, calendars, catalogue, templates, styles. Imports nothing."""
