"""How the centre fares, for Prometheus: requests, events by verdict, windows, lights, health.

Served on loopback, on a port of its own: strangers never reach it, and it answers while the rest is
busy. Numbers only; no name, no case, no device. What each means stands in docs/OPERATIONS.md.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from prometheus_client.core import Metric
    from prometheus_client.registry import Collector
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from sync.server.db.writer import SqlLedger
    from sync.server.services.desk import Desk
    from sync.server.services.rows.log import Grown

_HERE = "127.0.0.1"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_STREAMS = ("/live",)  # open for hours: how long is no news


class Metrics:
    """The figures of one process; safe in any thread."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "chuangkou_request_seconds",
            "Requests by route, method and class of answer",
            ("route", "method", "answer"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._events = Counter(
            "chuangkou_events", "Lines logged, by verdict", ("verdict",), registry=self.registry
        )

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request: its route's pattern, never its path."""
        self._requests.labels(route, method, f"{status // 100}xx").observe(seconds)

    def logged(self, grown: Iterable[Grown]) -> None:
        """Count what a commit logged."""
        for each in grown:
            for row in each.rows:
                self._events.labels(row.verdict).inc()

    @contextmanager
    def served(self, port: int, desk: Desk, ledger: SqlLedger) -> Iterator[None]:
        """Answer on loopback while the block lasts; raises OSError when the port is taken."""
        standing: Collector = _Standing(desk, ledger)
        self.registry.register(standing)
        server, thread = start_http_server(port, addr=_HERE, registry=self.registry)
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
            self.registry.unregister(standing)


class Timed:
    """ASGI middleware: times each request from its head to its last byte."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and count it."""
        if scope["type"] != "http" or scope["path"].endswith(_STREAMS):
            await self._app(scope, receive, send)
            return
        status, began = 500, time.perf_counter()

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, told)
        finally:
            route = getattr(scope.get("route"), "path", "-")  # a stranger's path is no label
            took = time.perf_counter() - began
            self._metrics.answered(route, scope["method"], status, took)


class _Standing:
    """What stands now: read when it is asked for, on the asker's thread."""

    def __init__(self, desk: Desk, ledger: SqlLedger) -> None:
        self._desk = desk
        self._ledger = ledger

    def describe(self) -> Sequence[Metric]:
        """Name nothing beforehand: the registry would ask for it all while the centre starts."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Yield every family."""
        desk = self._desk
        yield CounterMetricFamily(
            "chuangkou_events_unjudged",
            "Times that an event could not be judged",
            value=desk.unjudged.count,
        )
        yield CounterMetricFamily(
            "chuangkou_pushes_put_off",
            "Pushes that were told when their turn comes",
            value=desk.admission.put_off,
        )
        yield GaugeMetricFamily(
            "chuangkou_pushes_inside", "Pushes being worked on", value=desk.admission.inside
        )
        yield GaugeMetricFamily("chuangkou_windows", "Windows that listen", value=len(desk.live))
        yield GaugeMetricFamily("chuangkou_policy", "Size of the policy", value=desk.policy.size)
        lights = GaugeMetricFamily("chuangkou_open_cases", "Open cases by light", labels=("light",))
        for light, count in self._ledger.read_now(lambda tx: tx.cases.lights(None)).items():
            lights.add_metric((light,), count)
        yield lights
        backed, oldest = self._ledger.read_now(lambda tx: tx.backups.newest())
        yield GaugeMetricFamily(
            "chuangkou_windows_backed_up", "Windows with a backup here", value=backed
        )
        if oldest is not None:
            yield GaugeMetricFamily(
                "chuangkou_backup_oldest_timestamp_seconds",
                "Of all windows' newest backups the oldest",
                value=oldest / 1000,
            )
        faults = self._ledger.read_now(lambda tx: tx.crashes.count())
        yield GaugeMetricFamily(
            "chuangkou_crash_reports", "Reports of windows' faults kept here", value=faults
        )
        health = GaugeMetricFamily(
            "chuangkou_health", "What is to be looked after", labels=("code",)
        )
        for notice in desk.health.notices():
            health.add_metric((notice.code,), 1)
        yield health
