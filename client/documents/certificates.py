"""Certificates: fields checked against the template's form, so that nothing is silently lost.

resources/templates/certificates/forms.json says for each template which fields it must and may
have, and its version; an item of the catalogue names both.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from client.documents.bundled import TEMPLATES
from client.documents.failures import DocumentFailure
from client.documents.papers import PaperKind
from sync.domain.failures import FailureKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from client.documents.frame import Frame
    from client.documents.wording import Wording


@dataclass(frozen=True, slots=True)
class CertificateForm:
    """What a template can show, in its order."""

    version: int
    title: str | None  # key under "paper.", None: the item's own name of the certificate
    required: tuple[str, ...]
    optional: tuple[str, ...]


@lru_cache(maxsize=1)
def certificate_forms() -> Mapping[str, CertificateForm]:
    """Return the forms of all templates, by name."""
    source = json.loads((TEMPLATES / "certificates" / "forms.json").read_text("utf-8"))
    return {
        name: CertificateForm(
            form["version"], form["title"], tuple(form["required"]), tuple(form["optional"])
        )
        for name, form in source.items()
    }


@dataclass(frozen=True, slots=True)
class CertificateData:
    """A certificate from its item's template.

    Args:
        frame: `no` is the serial from the stock; `check.url` carries the certificate's public
            128-bit id.
        form: the template, e.g. "food"; `version` as the item asks for it.
        fields: by the codes of the form; texts exactly as printed, days in the paper's language.
        title: the certificate's name for the general form ("licence").
    """

    frame: Frame
    form: str
    fields: Mapping[str, str | date]
    title: str = ""
    version: int = 1

    @property
    def kind(self) -> str:
        """Return the kind as it stands in events."""
        return PaperKind.CERTIFICATE

    @property
    def template(self) -> str:
        """Return the template's name for `compose`."""
        return f"certificates/{self.form}"

    def values(self, words: Wording) -> dict[str, Any]:
        """Return the fields as labelled rows, in the form's order, and each under its code.

        Raises:
            DocumentFailure: document.template_unknown, document.template_version,
                document.field_missing, document.field_unknown.
        """
        form = self._checked_form(words)
        given = {
            code: words.day(value) if isinstance(value, date) else value
            for code, value in self.fields.items()
            if value
        }
        return given | {
            "title": words.t(form.title) if form.title else self.title,
            "rows": [
                {"code": code, "label": self._label(code, words), "value": given[code]}
                for code in form.required + form.optional
                if code in given
            ],
        }

    def _checked_form(self, words: Wording) -> CertificateForm:
        form = certificate_forms().get(self.form)
        if form is None:
            raise DocumentFailure(
                "document.template_unknown", FailureKind.BROKEN, template=self.form
            )
        if form.version != self.version:
            raise DocumentFailure(
                "document.template_version",
                template=self.form,
                ours=form.version,
                wanted=self.version,
            )
        for code in form.required:
            if not self.fields.get(code):
                raise DocumentFailure("document.field_missing", field=self._label(code, words))
        if form.title is None and not self.title:
            raise DocumentFailure("document.field_missing", field="title")
        for code in self.fields:
            if code not in form.required and code not in form.optional:
                raise DocumentFailure("document.field_unknown", field=code)
        return form

    def _label(self, code: str, words: Wording) -> str:
        own = f"certificate.{self.form}_field.{code}"
        return words.t(own if words.has(own) else f"certificate.field.{code}")
