"""Whose certificates a line takes."""

from __future__ import annotations

import ssl

import pytest

from kworkbench.sync.http import trusted


@pytest.mark.parametrize("tls", [True, False])
def test_no_line_takes_any_certificate(tls: bool) -> None:
    context = trusted(tls=tls)
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert trusted(tls=tls) is context


def test_a_line_without_tls_trusts_nobody() -> None:
    assert trusted(tls=True).get_ca_certs()
    assert not trusted(tls=False).get_ca_certs()
