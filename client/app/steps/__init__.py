"""Making steps: judged, signed, recorded; with the session key or with the card."""
