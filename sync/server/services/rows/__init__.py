"""What the centre keeps, row by row. Times are ms UTC, hashes base64url text as on the wire."""
