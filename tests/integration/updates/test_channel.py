"""A channel is believed only as its publisher signed it, and never goes back (TUF)."""

import json
import shutil
from datetime import timedelta

import pytest

from client.updates.failures import UpdateFailure
from client.updates.feed import Feed
from client.updates.offer import Release
from client.updates.source import read_source
from installer.updates import new_key
from tests.helpers.channel import READS, Publishing


@pytest.fixture
def publishing(tmp_path):
    made = Publishing(tmp_path)
    made.release("0.1.0")
    return made


@pytest.fixture
def kept(tmp_path):
    return tmp_path / "seen"


def refused(feed):
    with pytest.raises(UpdateFailure) as told:
        feed.look()
    return told.value.code


@pytest.mark.parametrize("how", ["server", "stick"])
def test_a_release_is_offered_and_fetched_whole(publishing, kept, tmp_path, how):
    made = publishing.release("0.2.0", share=10)
    sizes = []
    with publishing.served() as address:
        source = address if how == "server" else publishing.folder
        feed = publishing.feed(kept, source)
        feed._fetch._told = sizes.append
        newest = feed.look().newest()
        package = feed.fetch(newest, tmp_path / "fetched")
    assert newest == made
    assert package.read_bytes() == (tmp_path / made.package).read_bytes()
    assert sum(sizes) > package.stat().st_size
    assert [path.name for path in package.parent.iterdir()] == [made.package]


def test_versions_are_compared_as_numbers(publishing, kept):
    publishing.release("0.10.0")
    publishing.release("0.9.0")
    assert publishing.feed(kept).look().newest().version == "0.10.0"


def test_an_altered_package_is_refused_and_nothing_of_it_is_kept(publishing, kept, tmp_path):
    made = publishing.release("0.2.0")
    (stored,) = (publishing.folder / "targets").glob(f"*.{made.package}")
    content = bytearray(stored.read_bytes())
    content[len(content) // 2] ^= 1
    stored.write_bytes(content)
    feed = publishing.feed(kept)
    with pytest.raises(UpdateFailure) as told:
        feed.fetch(made, tmp_path / "fetched")
    assert told.value.code == "update.altered"
    assert list((tmp_path / "fetched").iterdir()) == []


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "targets"])
def test_metadata_that_was_altered_is_refused(publishing, kept, role):
    files = sorted((publishing.folder / "metadata").glob(f"*{role}.json"))
    newest = max(files, key=lambda path: json.loads(path.read_bytes())["signed"]["version"])
    content = json.loads(newest.read_bytes())
    content["signed"]["expires"] = "2999-01-01T00:00:00Z"
    newest.write_text(json.dumps(content))
    assert refused(publishing.feed(kept)) == "update.unsigned"


def test_an_older_state_than_one_seen_is_refused(publishing, kept, tmp_path):
    old = tmp_path / "old"
    shutil.copytree(publishing.folder, old)
    publishing.release("0.2.0")
    publishing.feed(kept).look()
    assert refused(publishing.feed(kept, old)) == "update.rolled_back"


def test_parts_of_different_states_are_refused(publishing, kept, tmp_path):
    """The newest date over an older list of files."""
    metadata = publishing.folder / "metadata"
    older = {path.name: path.read_bytes() for path in metadata.glob("*.snapshot.json")}
    publishing.release("0.2.0")
    newest = max(metadata.glob("*.snapshot.json"), key=lambda path: int(path.name.split(".")[0]))
    newest.write_bytes(older[max(older, key=lambda name: int(name.split(".")[0]))])
    assert refused(publishing.feed(kept)) == "update.rolled_back"


def test_a_state_past_its_date_is_refused(publishing, kept):
    """Whoever holds newer states back can only give one that grows old (freeze)."""
    publishing.late = timedelta(days=-4)
    publishing.publisher.refresh(publishing.online)
    assert refused(publishing.feed(kept)) == "update.expired"
    publishing.late = timedelta()
    publishing.publisher.refresh(publishing.online)
    assert publishing.feed(kept).look().newest().version == "0.1.0"


def test_nobody_else_s_signature_counts(publishing, kept, tmp_path):
    stranger = new_key()
    publishing.publisher.add(
        publishing.package("0.3.0"),
        Release("0.3.0", "chuangkou_0.3.0_all.deb", 100, READS),
        stranger,
        publishing.online,
    )
    assert refused(publishing.feed(kept)) == "update.unsigned"


def test_two_of_three_root_keys_make_the_next_root_and_one_does_not(publishing, kept):
    publishing.feed(kept).look()
    fresh = [new_key() for _ in range(3)]
    publishing.publisher.succeed(publishing.roots[1:], fresh)
    publishing.release("0.2.0")
    assert publishing.feed(kept).look().newest().version == "0.2.0"
    publishing.publisher.succeed(fresh[:1], [new_key() for _ in range(3)])
    assert refused(publishing.feed(kept)) == "update.unsigned"


def test_a_root_that_two_thieves_made_is_not_followed(publishing, kept):
    thieves = [new_key() for _ in range(3)]
    publishing.publisher.succeed(thieves, thieves)
    assert refused(publishing.feed(kept)) == "update.unsigned"


def test_a_version_that_was_withdrawn_is_not_fetched(publishing, kept, tmp_path):
    made = publishing.release("0.2.0")
    publishing.publisher.withdraw("0.2.0", publishing.targets, publishing.online)
    with pytest.raises(UpdateFailure) as told:
        publishing.feed(kept).fetch(made, tmp_path / "fetched")
    assert told.value.code == "update.gone"


def test_a_channel_out_of_reach_and_a_strange_address_are_told(publishing, kept, tmp_path):
    assert refused(publishing.feed(kept, tmp_path / "nowhere")) == "update.unreachable"
    assert refused(publishing.feed(kept, "http://127.0.0.1:9")) == "update.unreachable"
    with pytest.raises(UpdateFailure) as told:
        publishing.feed(kept, "http://example.invalid/updates")
    assert told.value.code == "update.not_https"


@pytest.mark.parametrize("roots", ["", "no certificate"])
def test_a_server_without_a_root_is_told(kept, roots):
    with pytest.raises(UpdateFailure, match=r"update\.no_root"):
        Feed(b"", kept, "https://centre.example", roots)


def test_settings_that_are_no_text_are_told(tmp_path):
    settings = tmp_path / "update.json"
    settings.write_bytes('{"source":"/媒体","trusted":"x"}'.encode("gbk"))
    with pytest.raises(UpdateFailure, match=r"update\.settings"):
        read_source(settings)
