"""What is measured is measured as halls run it: PostgreSQL waits for its disk."""

import pytest

from tests.helpers import pg


@pytest.fixture(scope="session", autouse=True)
def lasting_cluster():
    """Give every bench one cluster that keeps what it confirms."""
    with pytest.MonkeyPatch.context() as patch:
        made = None

        def cluster():
            nonlocal made
            made = made or pg.Cluster()
            return made

        patch.setattr(pg, "cluster", cluster)
        yield
        if made is not None:
            made.remove()
