"""Qt models over rows of plain values. Know nothing of the product."""
