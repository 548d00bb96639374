from __future__ import annotations

import json

from kworkbench.sandbox.encode import json_bytes


def test_documents_are_the_json_that_everybody_writes() -> None:
    document = {"z": [1, -2.5, 210.0, True, None, 'Ångström \u2028 会議 "q" \n \x7f'], "a": {}, "": []}
    assert json_bytes(document) == json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
