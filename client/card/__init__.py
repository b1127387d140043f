"""Cards behind one seam, transmit(bytes) -> (bytes, sw). Alone knows pyscard.

May import sync.proof and below.
"""
