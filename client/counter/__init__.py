"""Identity card readers and barcode scanners at the counter, on serial lines."""
