"""A hall's own templates: preferred where they are, told apart where they are broken."""

import pytest

from client.documents import bundled, compose
from client.documents.failures import DocumentFailure
from client.documents.papers import compose_paper
from tests.unit.documents.samples import papers
from tests.unit.documents.test_letters import text_of

OWN = """#import "/look.typ": *
#show: notice.with("acceptance")
云岭特别提示 #of("case_no")
"""


@pytest.fixture
def own(tmp_path):
    (tmp_path / "papers").mkdir()
    compose._compiler.cache_clear()
    bundled.use_own_templates(tmp_path)
    yield tmp_path / "papers"
    bundled._OWN.clear()
    compose._compiler.cache_clear()


def test_a_hall_s_own_template_makes_its_paper_and_the_others_stay_ours(own):
    (own / "acceptance.typ").write_text(OWN, encoding="utf-8")
    made = papers()

    assert "云岭特别提示" in text_of(compose_paper(made["acceptance"]).pdf)
    assert "云岭特别提示" not in text_of(compose_paper(made["receipt"]).pdf)


def test_a_broken_one_names_the_file_to_mend(own):
    (own / "acceptance.typ").write_text("#let (", encoding="utf-8")

    with pytest.raises(DocumentFailure) as broken:
        compose_paper(papers()["acceptance"])

    assert broken.value.code == "document.own_template"
    assert broken.value.details == {"template": "papers/acceptance.typ"}


def test_without_a_folder_everything_is_ours(tmp_path):
    compose._compiler.cache_clear()
    bundled.use_own_templates(tmp_path / "nowhere")
    try:
        assert "受理通知书" in text_of(compose_paper(papers()["acceptance"]).pdf)
    finally:
        bundled._OWN.clear()
        compose._compiler.cache_clear()
