"""Settings of one machine survive a restart, a crash and another version."""

import pytest

from client.host.paths import Paths
from client.host.settings import (
    NAME,
    Settings,
    SettingsFailure,
    load_settings,
    named_settings,
    save_settings,
)


def test_new_machine_has_defaults(tmp_path):
    assert load_settings(tmp_path) == Settings()


def test_saved_settings_come_back(tmp_path):
    settings = Settings(centre="https://centre.example:8443", language="en", scale_percent=125)
    save_settings(tmp_path / "new", settings)
    assert load_settings(tmp_path / "new") == settings
    assert [entry.name for entry in (tmp_path / "new").iterdir()] == [NAME]


def test_member_of_a_newer_version_is_passed_over(tmp_path):
    (tmp_path / NAME).write_text('{"centre": "x", "later": 1}')
    assert load_settings(tmp_path).centre == "x"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"scale_percent": 5}', '{"language": "fr"}', "\ud800"]
)
def test_spoilt_file_is_said_and_not_guessed(tmp_path, text):
    (tmp_path / NAME).write_text(text, errors="surrogatepass")
    with pytest.raises(SettingsFailure) as failure:
        load_settings(tmp_path)
    assert failure.value.code == "settings.damaged"


def test_folders_are_made_for_the_user_alone(tmp_path):
    paths = Paths.under(tmp_path / "window")
    paths.make()
    paths.make()
    assert {folder.stat().st_mode & 0o777 for folder in (paths.store, paths.logs)} == {0o700}
    assert Paths.of_user().store.name == "store"


def test_the_halls_file_stands_beneath_the_windows_own(tmp_path):
    preset, own = tmp_path / "hall.json", tmp_path / "own"
    preset.write_text('{"centre": "https://hall", "printer_a4": "", "answered": ["typing"]}')
    own.mkdir()
    assert load_settings(own, preset).centre == "https://hall"
    assert named_settings(own, preset) == {"centre", "printer_a4", "answered"}
    (own / NAME).write_text('{"centre": "https://own"}')
    found = load_settings(own, preset)
    assert (found.centre, found.answered) == ("https://own", ("typing",))
    preset.write_text("[]")
    with pytest.raises(SettingsFailure) as failure:
        load_settings(own, preset)
    assert failure.value.details["name"] == "hall.json"
