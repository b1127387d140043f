"""Counting a centre's lines by hand, as its job does."""


def fold(centre, limit, *, rest=None):
    """Count every line that is not, as the job does, in pages of a size; returns the pages."""
    counting, ledger, pages = centre.desk.counting, centre.centre.ledger, 0
    while behind := centre.read(counting.behind):
        for scope, after in behind.items():
            size = limit if rest is None else rest.randint(1, limit)
            page = centre.read(lambda tx, s=scope, n=after, k=size: counting.read(tx, s, n, k))
            sums = counting.sum_up(page)
            ledger.write_now(lambda tx, s=sums: counting.keep(tx, s))
            assert not ledger.write_now(lambda tx, s=sums: counting.keep(tx, s)), "counted twice"
            pages += 1
    return pages
