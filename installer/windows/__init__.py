"""The window's installer for Windows, built on Linux: NSIS around CPython, wheels, our code."""
