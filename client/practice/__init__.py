"""The practice hall (PL27, 分期培训): a hall of its own beside the real one, with no line out."""
