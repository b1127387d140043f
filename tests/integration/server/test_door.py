import socket

import httpx
import msgspec
import pytest
import structlog
import zstandard
from cryptography.hazmat.primitives.serialization import Encoding

from sync.proof.certificates import read_certificate, x5t_of
from sync.proof.keys import SoftwareKey
from sync.protocol import messages
from tests.helpers.centre import NOW, running_centre
from tests.helpers.hand_window import HandWindow, Refusal, read_answer
from tests.helpers.waiting import until


def refusal(call, *args, **how):
    with pytest.raises(Refusal) as caught:
        call(*args, **how)
    return caught.value.status, caught.value.code


def status(call, *args):
    try:
        call(*args)
    except Refusal as refused:
        return refused.status
    return None


def test_hello_says_who_is_there(centre, windows):
    window = windows(enrol=False)
    hello = read_answer(window.send("GET", "/v1/hello"), messages.Hello)
    assert hello.aud == "centre-339901"
    assert hello.genesis == centre.desk.policy.trust.genesis
    assert hello.t == centre.clock.now_ms()
    assert window.nonce


def test_https_speaks_tls_1_3_only(tmp_path):
    with running_centre(tmp_path, tls=True) as centre:
        window = HandWindow(centre)
        window.log_in("clerk")
        window.close()
        context = centre.tls_context()
        context.maximum_version = context.maximum_version.TLSv1_2
        with httpx.Client(verify=context) as old, pytest.raises(httpx.ConnectError):
            old.get(f"{centre.origin}/v1/hello")


class TestEnrolment:
    def test_a_code_enrols_once(self, centre, windows):
        window = windows(enrol=False)
        code = centre.invite()
        first = window.enrol(code)
        again = window.enrol(code)  # its answer was lost: the same claim finds what it made
        assert (first.prev, first.n) == (again.prev, again.n)
        stranger = windows(enrol=False)
        assert refusal(stranger.enrol, code) == (409, "wire.enrol_used")

    def test_a_wrong_or_late_code_is_refused(self, centre, windows):
        window = windows(enrol=False)
        code = centre.invite()
        assert refusal(window.enrol, "0" * 24) == (403, "wire.enrol_code")
        assert refusal(window.enrol, code, dev="d-other") == (403, "wire.enrol_code")
        centre.clock.advance(hours=2)
        assert refusal(window.enrol, code) == (403, "wire.enrol_expired")

    def test_tries_are_counted(self, tmp_path):
        with running_centre(tmp_path, enrol_tries=3) as centre:
            window = HandWindow(centre, enrol=False)
            for _ in range(3):
                assert refusal(window.enrol, "0" * 24)[0] == 403
            assert refusal(window.enrol, "0" * 24) == (429, "wire.rate_limited")
            centre.clock.advance(minutes=1)
            assert refusal(window.enrol, "0" * 24)[0] == 403
            window.close()


class TestLogin:
    def test_a_device_is_counted_by_itself(self, tmp_path):
        with running_centre(tmp_path, login_tries=2, address_tries=1) as centre:
            one, two = HandWindow(centre), HandWindow(centre, "d-339901-04")
            one.log_in("clerk")
            one.log_in("clerk")
            assert refusal(one.log_in, "clerk") == (429, "wire.rate_limited")
            two.log_in("clerk")  # what another window behind the address does is its own
            centre.clock.advance(minutes=1)
            one.log_in("clerk")
            one.close()
            two.close()

    def test_without_a_devices_key_an_address_is_counted(self, tmp_path):
        with running_centre(tmp_path, login_tries=9, address_tries=3) as centre:
            window, forger = HandWindow(centre), HandWindow(centre, "d-339901-04")
            forger.device = SoftwareKey.generate()
            nobody = HandWindow(centre, "d-nowhere", enrol=False)
            for _ in range(2):
                assert status(forger.log_in, "clerk") == 403
            assert refusal(login_nonce, nobody)[1] == "wire.device_unknown"
            assert status(forger.log_in, "clerk") == 429
            assert status(login_nonce, nobody) == 429
            window.log_in("clerk")  # the hall behind the same address works on
            for each in (window, forger, nobody):
                each.close()

    def test_a_halls_morning_is_refused_nobody_and_one_window_that_hammers_is(self, tmp_path):
        """200 windows behind one address, within one minute: the clock stands."""
        windows = 200
        with running_centre(tmp_path) as centre:
            hall = [HandWindow(centre, f"d-339901-{n + 100}") for n in range(windows)]
            for window in hall:
                window.log_in("clerk")  # and its session.open is pushed
            assert centre.clock.now() == NOW
            opened = centre.read(lambda tx: tx.log.after("hall/339901", 0, 2 * windows))
            assert [row.kind for row in opened] == ["session.open"] * windows
            tries = [status(login_nonce, hall[0]) for _ in range(windows)]
            allowed = centre.settings.login_tries - 1  # its own login was one
            assert tries == [None] * allowed + [429] * (windows - allowed)
            hall[1].log_in("clerk")
            for window in hall:
                window.close()

    @pytest.mark.parametrize(
        ("card", "code"),
        [
            ("expired", "certificate.expired"),
            ("revoked", "certificate.revoked"),
            ("foreign", "certificate.unknown_issuer"),
        ],
    )
    def test_a_bad_card_is_refused(self, window, card, code):
        assert refusal(window.log_in, card) == (403, code)

    def test_a_card_revoked_by_policy_is_refused(self, centre, window):
        window.log_in("clerk")
        revoke(centre, "clerk")
        assert refusal(window.log_in, "clerk") == (403, "certificate.revoked")

    def test_a_nonce_serves_once_and_for_its_own_login(self, centre, window):
        card, key = centre.card("clerk"), SoftwareKey.generate()
        _, request = window.login_request(card, key)
        window.plain("/v1/login", messages.LoginAnswer, request)
        again = refusal(window.plain, "/v1/login", messages.LoginAnswer, request)
        assert again == (401, "wire.login_nonce")
        _, other = window.login_request(card, SoftwareKey.generate(), nonce=login_nonce(window))
        late = refusal(window.plain, "/v1/login", messages.LoginAnswer, other)
        assert late == (401, "wire.login_nonce")

    def test_an_old_nonce_is_refused(self, centre, window):
        _, request = window.login_request(centre.card("clerk"), SoftwareKey.generate())
        centre.clock.advance(seconds=61)
        late = refusal(window.plain, "/v1/login", messages.LoginAnswer, request)
        assert late == (401, "wire.login_nonce")

    def test_another_devices_key_does_not_log_in(self, windows):
        window, other = windows(), windows("d-339901-04")
        window.device = other.device
        assert refusal(window.log_in, "clerk") == (403, "proof.delegation_key")

    def test_an_unknown_device_gets_no_nonce(self, windows):
        window = windows("d-nowhere", enrol=False)
        assert refusal(window.log_in, "clerk") == (403, "wire.device_unknown")

    def test_a_session_longer_than_twelve_hours_is_refused(self, centre, window):
        exp = centre.clock.now_ms() + 13 * 3_600_000
        assert refusal(window.log_in, "clerk", exp=exp) == (403, "proof.delegation_length")

    def test_a_person_without_rights_is_told_so(self, centre, window):
        centre.enact("grant.end", {"id": "g-p0102-1"})
        assert refusal(window.log_in, "clerk") == (403, "wire.person_no_rights")


class TestRequests:
    def push(self, window, **changes):
        body = msgspec.json.encode(messages.PushRequest(events=[]))
        how = {"token": window.token, **changes}
        headers = window.proof_headers("POST", "/v1/push", body, **how)
        return read_answer(window.send("POST", "/v1/push", body, headers), messages.PushAnswer)

    def test_a_request_needs_its_proof(self, window):
        window.log_in("clerk")
        body = msgspec.json.encode(messages.PushRequest(events=[]))
        bare = window.send("POST", "/v1/push", body, {"Authorization": f"DPoP {window.token}"})
        assert (bare.status_code, bare.json()["code"]) == (401, "wire.proof_missing")

    def test_wrong_nonces_ask_for_the_right_one(self, centre, window):
        window.log_in("clerk")
        for nonce in ("", "bm9uc2Vuc2U", "AAABogFxLYHp4vGGg4w3G_51uy-vTLGr"):
            assert refusal(self.push, window, nonce=nonce) == (401, "wire.use_dpop_nonce")
        old = window.nonce
        centre.clock.advance(minutes=2)
        assert refusal(self.push, window, nonce=old) == (401, "wire.use_dpop_nonce")
        assert self.push(window).results == []

    def test_wrong_tokens_keys_addresses_and_bodies_are_refused(self, window):
        window.log_in("clerk")
        assert refusal(self.push, window, token="x" * 43) == (401, "wire.token_unknown")
        assert refusal(self.push, window, token=None) == (401, "wire.token_unknown")
        stranger = SoftwareKey.generate()
        assert refusal(self.push, window, key=stranger) == (401, "wire.token_foreign")
        other = "https://elsewhere.example/v1/push"
        assert refusal(self.push, window, url=other) == (401, "wire.proof_invalid")
        assert refusal(self.push, window, said_body=b"{}") == (401, "wire.proof_invalid")

    def test_a_proof_serves_once_where_repeating_would_matter(self, window):
        window.log_in("clerk")
        jti = "A" * 22
        headers = window.proof_headers("POST", "/v1/console/code", b"", token=window.token, jti=jti)
        first = window.send("POST", "/v1/console/code", b"", headers)
        again = window.send("POST", "/v1/console/code", b"", headers)
        assert first.json()["code"] == "wire.forbidden"
        assert again.json()["code"] == "wire.proof_replayed"

    def test_a_used_proof_is_used_after_a_restart_too_and_nobody_needs_another_nonce(
        self, centre, window
    ):
        window.log_in("clerk")
        spoken = ("POST", "/v1/console/code", b"")
        headers = window.proof_headers(*spoken, token=window.token)
        assert window.send(*spoken, headers).json()["code"] == "wire.forbidden"
        centre.restart()
        assert window.send(*spoken, headers).json()["code"] == "wire.proof_replayed"
        fresh = window.proof_headers(*spoken, token=window.token)
        assert window.send(*spoken, fresh).json()["code"] == "wire.forbidden"

    def test_used_proofs_are_forgotten_when_no_process_takes_their_nonce(self, centre, window):
        window.log_in("clerk")
        window.anchor()
        used = "SELECT count(*) FROM nonces WHERE kind = 'proof'"
        with centre.sql() as connection:
            assert connection.execute(used).fetchone()[0] == 1
            centre.clock.advance(minutes=3, seconds=1)
            window.log_in("clerk", open_session=False)
            assert connection.execute(used).fetchone()[0] == 0

    def test_strangers_use_no_proofs_up(self, centre, window):
        window.log_in("clerk")
        body = b""
        headers = window.proof_headers("POST", "/v1/logout", body, key=SoftwareKey.generate())
        for _ in range(2):
            answer = window.send("POST", "/v1/logout", body, headers)
            assert answer.json()["code"] == "wire.token_unknown"
        with centre.sql() as connection:
            kept = connection.execute("SELECT count(*) FROM nonces WHERE kind = 'proof'")
            assert kept.fetchone()[0] == 0

    def test_a_token_runs_out_and_is_renewed_by_its_key(self, centre, window):
        window.log_in("clerk")
        centre.clock.advance(minutes=11)
        window.send("GET", "/v1/hello")
        assert refusal(self.push, window) == (401, "wire.token_expired")
        stranger = SoftwareKey.generate()
        renew = ("POST", "/v1/token", messages.TokenAnswer, messages.Empty())
        assert refusal(window.ask, *renew, key=stranger) == (401, "wire.token_foreign")
        window.token = window.ask(*renew).token
        assert self.push(window).results == []

    def test_logout_ends_the_session(self, window):
        window.log_in("clerk")
        window.ask("POST", "/v1/logout", messages.Empty, messages.Empty())
        assert refusal(self.push, window) == (401, "wire.token_unknown")
        renew = ("POST", "/v1/token", messages.TokenAnswer, messages.Empty())
        assert refusal(window.ask, *renew) == (401, "wire.token_unknown")

    def test_a_closed_device_is_turned_away(self, centre, window):
        window.log_in("clerk")
        centre.enact("device.close", {"dev": window.dev, "inc": 1})
        assert refusal(self.push, window) == (403, "wire.device_closed")

    @pytest.mark.parametrize(
        ("method", "path", "body", "headers", "status"),
        [
            ("POST", "/v1/login", b"{", {}, 400),
            ("POST", "/v1/login", b"[]", {}, 400),
            ("POST", "/v1/login", b"\xff\xfe", {}, 400),
            ("POST", "/v1/login", b'{"dlg":"a.b.c","devproof":"a","chain":["_"]}', {}, 400),
            ("POST", "/v1/login", b'{"dlg":"a.b.c","devproof":"a","chain":[]}', {}, 400),
            ("POST", "/v1/enrol", b'{"enrol":"..."}', {}, 400),
            ("POST", "/v1/enrol", b"(\xb5/\xfd\x00", {"Content-Encoding": "zstd"}, 400),
            ("POST", "/v1/enrol", b"{}", {"Content-Encoding": "gzip"}, 415),
            ("POST", "/v1/enrol", b" " * 1_100_000, {}, 413),
            ("POST", "/v1/push", b"{}", {"DPoP": "x"}, 401),
            ("POST", "/v1/push", b"{}", {"DPoP": "x", "Authorization": "Bearer y"}, 401),
            ("GET", "/v1/nothing", b"", {}, 404),
            ("DELETE", "/v1/push", b"", {}, 405),
            ("GET", "/v1/live", b"", {}, 401),
        ],
    )
    def test_bad_input_is_a_4xx_with_a_code(self, window, method, path, body, headers, status):
        answer = window.send(method, path, body, headers)
        assert answer.status_code == status
        assert set(answer.json()) == {"code", "details"}
        assert answer.headers["DPoP-Nonce"]

    def test_a_bomb_is_not_unpacked(self, window):
        bomb = zstandard.ZstdCompressor(level=3).compress(b" " * 50_000_000)
        answer = window.send("POST", "/v1/login", bomb, {"Content-Encoding": "zstd"})
        assert (answer.status_code, answer.json()["code"]) == (413, "wire.too_large")

    def test_answers_are_compressed_for_who_takes_it(self, window):
        window.log_in("clerk")
        body = msgspec.json.encode(messages.PullRequest(cursors={"policy": 0}))
        headers = window.proof_headers("POST", "/v1/pull", body, token=window.token)
        headers["Accept-Encoding"] = "zstd"
        with window.http.stream("POST", "/v1/pull", content=body, headers=headers) as answer:
            assert answer.headers["Content-Encoding"] == "zstd"
            raw = b"".join(answer.iter_raw())
        plain = zstandard.ZstdDecompressor().stream_reader(raw).read()
        assert msgspec.json.decode(plain, type=messages.PullAnswer).scopes["policy"].size > 60


def test_an_enrolled_device_pulls_policy_before_any_login(centre, window):
    page = window.pull({"policy": 0}, key=window.device, token=None).scopes["policy"]
    assert page.size == centre.desk.policy.size
    denied = refusal(window.pull, {"hall/339901": 0}, key=window.device, token=None)
    assert denied == (403, "wire.scope_forbidden")
    stranger = SoftwareKey.generate()
    unknown = refusal(window.pull, {"policy": 0}, key=stranger, token=None)
    assert unknown == (403, "wire.device_unknown")


@pytest.mark.parametrize(
    ("spoken", "status", "code"),
    [
        ("2020-01-01", 426, "wire.version_too_old"),
        ("2999-01-01", 400, "wire.version_too_new"),
        ("", 426, "wire.version_too_old"),
        ("2026-11-22", 400, "wire.malformed"),  # its wire is spoken; its body is not
    ],
)
def test_a_wire_that_is_not_spoken_is_told_so(window, spoken, status, code):
    answer = window.send("POST", "/v1/login", b"{", {"Chuangkou-Wire": spoken})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert window.send("GET", "/v1/hello", b"", {"Chuangkou-Wire": spoken}).status_code == 200


def test_openapi_carries_the_forms_of_the_wire(window):
    document = window.send("GET", "/v1/openapi.json").json()
    push = document["paths"]["/v1/push"]["post"]
    name = push["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert "events" in document["components"]["schemas"][name]["properties"]


def login_nonce(window):
    """Ask for a nonce of another key: it will not fit."""
    asked = messages.LoginNonceRequest(window.dev, SoftwareKey.generate().thumbprint)
    return window.plain("/v1/login/nonce", messages.LoginNonceAnswer, asked).nonce


def revoke(centre, card, at=None):
    """Revoke every certificate of a person's card by policy."""
    held = centre.card(card)
    ca = read_certificate(centre.desk.policy.anchors().cas[0].public_bytes(der()))
    for cert in held.certs.values():
        centre.enact(
            "revoke",
            {
                "ca": x5t_of(ca.public_bytes(der())),
                "serial": format(read_certificate(cert).serial_number, "x"),
                "at": centre.clock.now_ms() if at is None else at,
                "reason": "key_compromise",
            },
        )


def der():
    return Encoding.DER


def test_a_caller_who_hangs_up_in_the_middle_is_no_defect_of_ours(centre, window):
    said = []

    def note(_logger, level, event):
        said.append((level, event["event"]))
        raise structlog.DropEvent

    structlog.configure(
        processors=[note], wrapper_class=structlog.make_filtering_bound_logger(0),
        cache_logger_on_first_use=False,
    )  # fmt: skip
    window.log_in("clerk")
    proof = window.proof_headers("POST", "/v1/push", b"", token=window.token)
    lines = ["POST /v1/push HTTP/1.1", "Host: x", "Content-Length: 5000"]
    lines += [f"{name}: {value}" for name, value in proof.items()]
    port = int(centre.origin.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall("\r\n".join([*lines, "", "half a bo"]).encode())
    until(lambda: ("info", "caller gone") in said)
    assert not [each for each in said if each[0] == "error"]
