"""Write docs/openapi.json: what the centre's own routes say of themselves.

python -m installer.openapi
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from sync.proof.keys import SoftwareKey
from sync.server.asgi import create_app
from sync.server.bootstrap import open_centre, prepare
from sync.server.keys import USES
from sync.server.settings import Settings

PUBLISHED = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


def described() -> str:
    """Return the document of a centre that holds nothing yet, as text."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        prepare(settings)
        settings.keys.mkdir(mode=0o700)
        for use in USES:
            (settings.keys / f"{use}.pem").write_bytes(SoftwareKey.generate().to_pkcs8())
        centre = open_centre(settings)
        try:
            document = create_app(centre).openapi()
        finally:
            centre.close()
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> None:
    """Write the file."""
    PUBLISHED.write_text(described(), encoding="utf-8")


if __name__ == "__main__":
    main()
