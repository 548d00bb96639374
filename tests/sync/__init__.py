"""The write path: reducer, desk, engine, home."""

import pytest

pytest.register_assert_rewrite("tests.sync.checks")
