"""Hostile requests made from the published OpenAPI, against a running centre.

Whatever comes, the centre answers by its own code: never 5xx, always what it said it would. The
number of requests is bounded and the same at each run; for a longer hunt set CHUANGKOU_FUZZ to the
number of examples of one route.
"""

import json
import os
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS
from schemathesis.generation import GenerationMode

from installer.openapi import PUBLISHED, described
from sync.proof.keys import SoftwareKey
from sync.protocol import version
from tests.helpers.centre import running_centre
from tests.helpers.hand_window import HandWindow
from tests.helpers.systems import introduce

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("CHUANGKOU_FUZZ", "12"))
KINDS = ("not_a_server_error", "response_schema_conformance", "content_type_conformance")
SILENT = ("/v1/live",)  # a stream has no end; the tests of the engine listen to it
bounded = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
schema = schemathesis.openapi.from_path(str(PUBLISHED)).exclude(path=list(SILENT))
OPERATIONS = [found.ok() for found in schema.get_all_operations()]
DEPARTMENTS = [found for found in OPERATIONS if found.path.startswith("/departments/")]


def fuzzed(test):
    """Run a test for each route, by requests that keep to the description and by others."""
    modes = pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
    routes = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda found: found.label)
    return routes(modes(test))


@pytest.fixture(scope="module")
def window(tmp_path_factory):
    """A clerk at work on a centre of its own, which lets everybody try as often as he likes."""
    patient = dict.fromkeys(("enrol_tries", "login_tries", "address_tries"), 10**9)
    with running_centre(tmp_path_factory.mktemp("fuzzed"), **patient) as centre:
        window = HandWindow(centre)
        window.log_in("clerk")
        yield window
        window.close()


class Proven(requests.auth.AuthBase):
    """Prove each request as the window's session, whatever its body has become."""

    def __init__(self, window):
        self.window = window

    def __call__(self, prepared):
        body = prepared.body or b""
        body = body.encode() if isinstance(body, str) else body
        path = urlsplit(prepared.url).path
        prepared.headers.update(
            self.window.proof_headers(prepared.method, path, body, token=self.window.token)
        )
        return prepared


def judge(case, response):
    """Hold what the document says; checks by name, for not all of them fit whoever refuses."""
    case.validate_response(response, checks=CHECKS.get_by_names(KINDS))
    assert response.status_code < 500
    if response.status_code >= 400:
        said = response.json()
        assert set(said) == {"code", "details"}
        assert response.headers["dpop-nonce"]


@fuzzed
def test_strangers_get_codes(operation, mode, window):
    @bounded
    @given(case=operation.as_strategy(generation_mode=mode))
    def each(case):
        judge(case, case.call(base_url=window.centre.origin))

    each()


@fuzzed
def test_a_session_gets_codes(operation, mode, window):
    """The wire is the right one and the proof holds: the request reaches its handler."""

    @bounded
    @given(case=operation.as_strategy(generation_mode=mode))
    def each(case):
        window.send("GET", "/v1/hello")
        case.headers = {**case.headers, version.HEADER: version.CURRENT}
        response = case.call(base_url=window.centre.origin, auth=Proven(window))
        judge(case, response)
        if case.path == "/v1/token" and response.status_code == 200:
            window.token = response.json()["token"]
        if case.path == "/v1/logout" and response.status_code == 200:
            window.log_in("clerk")

    each()


class ProvenSystem(requests.auth.AuthBase):
    """Prove each request as a department's system."""

    def __init__(self, window, key):
        self.window, self.key = window, key

    def __call__(self, prepared):
        body = prepared.body or b""
        body = body.encode() if isinstance(body, str) else body
        path = urlsplit(prepared.url).path
        headers = self.window.proof_headers(prepared.method, path, body, key=self.key)
        prepared.headers.update(headers)
        return prepared


@pytest.fixture(scope="module")
def system_key(window):
    key = introduce(window.centre).key
    return SoftwareKey.from_pkcs8(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", DEPARTMENTS, ids=lambda found: found.label)
def test_a_departments_system_gets_codes(operation, mode, window, system_key):
    @bounded
    @given(case=operation.as_strategy(generation_mode=mode))
    def each(case):
        window.send("GET", "/departments/v1/hello")
        case.headers = {**case.headers, version.HEADER: version.CURRENT}
        judge(case, case.call(base_url=window.centre.origin, auth=ProvenSystem(window, system_key)))

    each()


def test_every_route_but_the_stream_is_fuzzed():
    assert len(OPERATIONS) == len(json.loads(PUBLISHED.read_text())["paths"]) - len(SILENT)


def test_the_published_description_is_what_the_routes_say():
    assert PUBLISHED.read_text(encoding="utf-8") == described(), "python -m installer.openapi"
