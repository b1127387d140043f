"""The hall's day of docs/A-DAY.md, through the real widgets: card service, centre, PostgreSQL.

The same play as `demo --day`; the page's steps are those that are played, in their order.
"""

import json
import os
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from sync.texts import texts
from tests.helpers.pg import cluster

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(720)]
JOINT = ["location", "traffic", "green", "advertiser"]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Play it once; the tests look at what it left."""
    folder = tmp_path_factory.mktemp("day")
    url = cluster().create()
    answer = subprocess.run(
        [
            sys.executable, "-m", "installer.demo", "--offscreen", "--day",
            "--card-reader", "pcsc", "--keep", str(folder / "keep"),
        ],
        cwd=ROOT,
        env={**os.environ, "CHUANGKOU_DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
        timeout=700,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr[-3000:] + answer.stdout[-2000:]
    yield json.loads(answer.stdout.splitlines()[-1]), url, folder
    cluster().drop(url)


def test_every_step_of_the_page_was_played_in_its_order(told):
    result, _, _ = told
    page = (ROOT / "docs" / "A-DAY.md").read_text("utf-8")
    assert re.findall(r"^### (D\d\d)\b", page, re.MULTILINE) == result["day"]["steps"]


def test_the_days_cases_stand_where_the_page_leaves_them(told):
    result, _, _ = told
    cases = {letter: result["cases"][letter] for letter in "ABCDE"}
    states = {letter: case["state"] for letter, case in cases.items()}
    assert states == {
        "A": "archived", "B": "granted", "C": "granted", "D": "closed", "E": "closed",
    }  # fmt: skip
    assert all(case["verdicts"] == ["accepted"] for case in cases.values())
    assert result["cases"]["exceptions"] == 0
    assert {"notify_correction", "correct"} <= set(cases["A"]["steps"])
    assert cases["B"]["steps"][-3:] == ["urge", "decide_at_once", "explain"]
    assert cases["C"]["steps"].count("child_ended") == len(JOINT)
    assert {"fee_notice", "fee_receipt", "certificate"} <= set(cases["D"]["papers"])
    assert "refuse" in cases["E"]["steps"]


def test_the_township_served_its_visitor_without_the_line_and_all_arrived_once(told):
    result, url, _ = told
    town = result["township"]
    assert (town["state"], town["waiting"], town["arrived"]) == ("closed", 10, True)
    logged = at_centre(url, "SELECT kind FROM log WHERE case_no = %s ORDER BY n", town["case"])
    assert logged == [
        "preregister", "receive", "accept", "decide_at_once", "make", "seal.intent", "seal",
        "issue", "sign_for", "close",
    ]  # fmt: skip


def test_the_first_visitor_was_called_by_his_number(told):
    result, _, _ = told
    assert result["day"]["said"]["number"] == "A001"


def test_the_days_close_agrees(told):
    result, url, _ = told
    assert "相符" in result["day"]["said"]["till"]
    assert result["day"]["said"]["seals"] == texts("zh_CN").t("seal.agrees")
    assert not at_centre(url, "SELECT code FROM findings WHERE code LIKE 'till%%'")


def test_window_and_centre_hold_the_same_cases(told):
    result, url, _ = told
    there = dict(at_centre(url, "SELECT number, state FROM cases", whole=True))
    for letter, number in result["day"]["cases"].items():
        assert there[number] == result["cases"][letter]["state"]


def at_centre(url, statement, *values, whole=False):
    """Ask the centre's database beside it."""
    with closing(psycopg.connect(url)) as database:
        rows = database.execute(statement, values).fetchall()
    return rows if whole else [row[0] for row in rows]
