"""Figures for Prometheus: on loopback, on a port of their own, and gone with the centre."""

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.helpers.case_walk import walk_to
from tests.helpers.centre import running_centre
from tests.helpers.hand_window import HandWindow
from tests.helpers.ports import free_port


def read(port):
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=60).raise_for_status().text
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def measured(tmp_path):
    port = free_port()
    with running_centre(tmp_path, metrics_port=port) as running:
        yield running, port
    with pytest.raises(httpx.ConnectError):
        read(port)


def test_what_windows_do_is_counted_by_route_and_verdict_and_names_nobody(measured):
    centre, port = measured
    window = HandWindow(centre, "d-339901-03")
    try:
        walk_to(window, "received")
        window.step("accept", {}, case=window.new_number())  # of no case: refused
        found = read(port)
    finally:
        window.close()
    assert found[("chuangkou_request_seconds_count", "2xx", "POST", "/v1/push")] >= 2
    assert found[("chuangkou_events_total", "accepted")] >= 2
    assert found[("chuangkou_events_total", "refused")] == 1
    assert found[("chuangkou_open_cases", "white")] == 1
    assert not [name for name in found if "p0" in str(name) or "d-339901" in str(name)]


def test_strangers_paths_make_no_labels(measured):
    centre, port = measured
    for number in range(5):
        httpx.get(f"{centre.origin}/nothing/{number}", timeout=60)
    routes = {name[3] for name in read(port) if name[0] == "chuangkou_request_seconds_count"}
    assert routes == {"-"}
    httpx.post(f"{centre.origin}/public/status", data={"no": "1", "code": "2"}, timeout=60)
    found = read(port)
    assert found[("chuangkou_request_seconds_count", "2xx", "POST", "/public/status")] == 1
