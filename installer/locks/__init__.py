"""Lock files: names, versions and hashes of everything installed; no download addresses."""
