"""What a screen is given: rows and details as plain values, words as keys with arguments."""
