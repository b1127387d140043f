"""The demonstration: its authority, its cards, and the main job driven through the real window."""
