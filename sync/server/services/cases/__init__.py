"""Cases as the centre keeps them: folded, numbered, with pages, stamps, money and messages."""
