"""Settings of one machine survive a restart, a crash and another version."""

import pytest

from client.host.settings import (
    NAME,
    Settings,
    SettingsFailure,
    load_settings,
    named_settings,
    roots_of,
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


def test_what_the_systems_own_editor_saved_is_read(tmp_path):
    preset, own = tmp_path / "hall.json", tmp_path / "own"
    own.mkdir()
    preset.write_text('{"printer_a4": "大厅"}', encoding="utf-8-sig")
    (own / NAME).write_text('{"language": "en"}', encoding="utf-8-sig")
    found = load_settings(own, preset)
    assert (found.printer_a4, found.language) == ("大厅", "en")
    assert named_settings(own, preset) == {"printer_a4", "language"}


def _no_file(place):
    place.unlink(missing_ok=True)


@pytest.mark.parametrize(
    "spoil", [_no_file, lambda place: place.write_text("根证书"), lambda place: place.mkdir()]
)
def test_roots_that_cannot_be_read_are_told_by_their_code(tmp_path, spoil):
    place = tmp_path / "roots.pem"
    spoil(place)
    with pytest.raises(SettingsFailure) as failure:
        roots_of(Settings(centre_ca=str(place)))
    assert (failure.value.code, failure.value.details["name"]) == ("settings.no_roots", place.name)


def test_roots_are_read_where_some_are_named(tmp_path):
    (tmp_path / "roots.pem").write_text("PEM")
    assert roots_of(Settings(centre_ca=str(tmp_path / "roots.pem"))) == "PEM"
    assert not roots_of(Settings())
