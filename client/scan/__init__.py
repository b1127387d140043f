"""Where paper becomes pictures: scanners, document cameras, and folders that they fill."""
