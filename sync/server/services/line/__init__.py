"""The window's line: push, pull, live, anchors, leases, numbers lent."""
