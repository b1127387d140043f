"""A window that cannot be put together is told at the command line: why, and what to do."""

import json

import pytest

from client.doctor import main


@pytest.mark.parametrize("roots", [None, "根证书"])
def test_roots_that_cannot_be_read_are_told_with_what_to_do(tmp_path, capfd, roots):
    named = tmp_path / "roots.pem"
    if roots is not None:
        named.write_text(roots, "utf-8")
    settings = {"centre": "https://centre.example", "centre_ca": str(named), "reader": "simulator"}
    (tmp_path / "window.json").write_text(json.dumps(settings), "utf-8-sig")
    assert main(["--data", str(tmp_path), "--lang", "en"]) == 2
    told = capfd.readouterr().err.splitlines()
    assert "settings.no_roots" in told[0]
    assert "roots.pem" in told[1]
    assert "administrator" in told[2]
