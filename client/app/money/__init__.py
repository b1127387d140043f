"""The cashier's desk and its sums."""
