"""A certificate shows every field that it was given, or is not made."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pytest

from client.documents.certificates import CertificateData, certificate_forms
from client.documents.compose import templates
from client.documents.failures import DocumentFailure
from client.documents.papers import compose_paper
from sync.texts import LANGUAGES, texts
from tests.unit.documents.samples import CERTIFICATE, papers

FOOD = papers()["food"]
assert isinstance(FOOD, CertificateData)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (replace(FOOD, form="none"), "document.template_unknown"),
        (replace(FOOD, form="../papers/slip"), "document.template_unknown"),
        (replace(FOOD, version=2), "document.template_version"),
        (replace(FOOD, fields={"holder": "甲"}), "document.field_missing"),
        (replace(FOOD, fields={**FOOD.fields, "holder": ""}), "document.field_missing"),
        (replace(FOOD, fields={**FOOD.fields, "colour": "红"}), "document.field_unknown"),
        (
            CertificateData(CERTIFICATE, "licence", {"holder": "甲", "id_no": "1", "item": "乙"}),
            "document.field_missing",
        ),
    ],
)
def test_a_certificate_that_does_not_fit_its_form_is_refused(
    changed: CertificateData, code: str
) -> None:
    with pytest.raises(DocumentFailure) as caught:
        compose_paper(changed)
    assert caught.value.code == code


def test_every_form_has_its_template_and_labels() -> None:
    for name, form in certificate_forms().items():
        assert f"certificates/{name}" in templates()
        for language in LANGUAGES:
            words = texts(language).under("paper.")
            assert form.title is None or form.title in words
            for field in form.required + form.optional:
                assert f"certificate.field.{field}" in words


def test_a_food_permit_is_made_out_to_a_person_by_his_id_number() -> None:
    """The national form says 信用代码（身份证号）: who has no code is named by the other."""
    fields = {"holder": "古丽·阿依", "id_no": "110105199001010010"}
    pdf = compose_paper(CertificateData(CERTIFICATE, "food", fields)).pdf
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage().get_text_range()
    document.close()
    assert "信用代码（身份证号）" in text
    assert "110105199001010010" in text


@pytest.mark.parametrize("name", certificate_forms())
def test_every_field_of_a_form_is_printed(name: str) -> None:
    form = certificate_forms()[name]
    fields = {field: f"值{n:02d}号" for n, field in enumerate(form.required + form.optional)}
    pdf = compose_paper(CertificateData(CERTIFICATE, name, fields, "证件")).pdf
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage().get_text_range()
    pages = len(document)
    document.close()
    assert pages == 1
    for value in fields.values():
        assert value in text
