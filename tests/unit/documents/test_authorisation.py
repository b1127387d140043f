"""The 授权委托书 says what the policy log says, for the leader's hand (RO03)."""

from dataclasses import replace
from datetime import datetime

import pytest

from client.documents.authorisation import AuthorisationData
from client.documents.papers import compose_paper
from client.documents.preview import page_count
from sync.domain.calendar import CHINA
from sync.domain.rights import steps_of_power
from tests.unit.documents.samples import FRAME
from tests.unit.documents.test_papers import text_of

LETTER = AuthorisationData(
    frame=replace(FRAME, no="g-p0105-1", check=None, mark=None, licensing=False),
    person="秦望舒",
    number="p0105",
    roles=("chief_representative",),
    powers=tuple((power.value, steps) for power, steps in steps_of_power().items()),
    scopes=("云岭县市场监督管理局",),
    items=("食品经营许可",),
    starts=datetime(2026, 1, 1, tzinfo=CHINA),
    ends=datetime(2027, 1, 1, tzinfo=CHINA),
)


def test_the_letter_names_person_powers_items_and_dates(tmp_path):
    paper = compose_paper(LETTER)
    said = text_of(paper.pdf, tmp_path)
    for words in (
        "授权委托书", "g-p0105-1", "秦望舒", "首席代表", "即办权", "受理权", "督办权", "协调权",
        "管理权", "食品经营许可", "2026年1月1日", "2027年1月1日", "主要领导签名", "政策日志",
    ):  # fmt: skip
        assert words in said, words
    assert "已经失效" not in said
    assert page_count(paper.pdf) == 1


def test_a_deputys_letter_names_whom_he_stands_for_and_one_that_is_over_says_so(tmp_path):
    over = replace(LETTER, deputy_of="周远舟", powers=(), roles=(), items=(), ends=None, over=True)
    said = text_of(compose_paper(over).pdf, tmp_path)
    assert "周远舟不在岗期间" in said
    assert "已经失效" in said
    assert "另行通知为止" in said
    assert "全部事项" in said


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_equal_data_give_equal_bytes(language):
    letter = replace(LETTER, frame=replace(LETTER.frame, language=language))
    assert compose_paper(letter).sha256 == compose_paper(letter).sha256
