"""The publisher's command: what no window could believe or read is refused, and never signed."""

import getpass

import pytest

from installer import updates
from tests.helpers.channel import Publishing


@pytest.fixture
def keys(tmp_path, monkeypatch):
    monkeypatch.setenv("CHUANGKOU_KEY_PASSPHRASE", "")
    files = {
        name: tmp_path / f"{name}.pem" for name in ("one", "two", "three", "targets", "online")
    }
    for file in files.values():
        assert updates.main(["key", str(file)]) == 0
        assert file.stat().st_mode & 0o77 == 0
    return {name: str(file) for name, file in files.items()}


@pytest.fixture
def hands(keys):
    return ["--targets", keys["targets"], "--online", keys["online"]]


@pytest.fixture
def channel(tmp_path, keys, hands):
    folder = tmp_path / "更新 channel"
    roots = [keys["one"], keys["two"], keys["three"]]
    assert updates.main(["found", str(folder), "--root", *roots, *hands]) == 0
    package = Publishing(tmp_path / "other").package("0.2.0")
    assert updates.main(["add", str(folder), str(package), "--share", "10", *hands]) == 0
    return folder


def state(channel):
    """Return every file of the channel."""
    return {path: path.read_bytes() for path in channel.rglob("*") if path.is_file()}


def refused(capsys, *words):
    with pytest.raises(SystemExit) as told:
        updates.main([str(each) for each in words])
    assert told.value.code == 2
    return capsys.readouterr().err.strip().splitlines()[-1]


def test_a_release_goes_on_in_its_roll_out_and_is_withdrawn(channel, hands):
    publisher = updates.Publisher(channel)
    assert updates.main(["share", str(channel), "0.2.0", "40", *hands]) == 0
    assert [(each.version, each.share) for each in publisher.releases()] == [("0.2.0", 40)]
    assert updates.main(["withdraw", str(channel), "0.2.0", *hands]) == 0
    assert publisher.releases() == ()
    assert not list(channel.rglob("*.part"))


@pytest.mark.parametrize("words", [("withdraw", "0.20"), ("share", "0.20", "40")])
def test_a_version_that_is_not_on_offer_is_told_and_nothing_is_signed(
    channel, hands, capsys, words
):
    before = state(channel)
    verb, *rest = words
    assert "0.20 is not on offer; what is: 0.2.0" in refused(capsys, verb, channel, *rest, *hands)
    assert state(channel) == before


def test_what_no_window_could_read_is_not_signed(channel, hands, capsys):
    before = state(channel)
    said = refused(capsys, "share", channel, "0.2.0", "150", *hands)
    assert "update.unreadable" in said
    assert state(channel) == before


def test_a_root_of_one_key_is_refused(tmp_path, keys, hands, channel, capsys):
    found = ("found", tmp_path / "fresh", "--root", keys["one"], keys["one"], *hands)
    assert "2 keys at least" in refused(capsys, *found)
    assert not (tmp_path / "fresh").exists()
    before = state(channel)
    two = (keys["one"], keys["two"])
    assert "2 keys at least" in refused(
        capsys, "succeed", channel, "--root", *two, "--next", keys["three"]
    )
    assert state(channel) == before


def test_a_new_key_s_passphrase_is_asked_for_twice(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("CHUANGKOU_KEY_PASSPHRASE", raising=False)
    typed = iter(("长口令 one", "长口令 onw", "长口令 one", "长口令 one"))
    monkeypatch.setattr(getpass, "getpass", lambda _asked: next(typed))
    file = tmp_path / "root.pem"
    assert "differ" in refused(capsys, "key", file)
    assert not file.exists()
    assert updates.main(["key", str(file)]) == 0
    assert b"ENCRYPTED" in file.read_bytes()
    assert updates.load_key(file, "长口令 one")
