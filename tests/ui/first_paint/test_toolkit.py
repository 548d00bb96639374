from __future__ import annotations

import subprocess
import sys

TLS = """
import sys
from kworkbench.ui.first_paint.toolkit import import_toolkit
import_toolkit()
assert "ssl" not in sys.modules and "textual.command" not in sys.modules
import asyncio, http.server, ssl, threading
import httpx

def context(protocol):  # without certificates, which would not last as long as this test
    made = ssl.SSLContext(protocol)
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    made.maximum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers("aNULL:@SECLEVEL=0")
    return made

class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("content-length", "4")
        self.end_headers()
        self.wfile.write(b"rows")

    def log_message(self, *_):
        pass

server = http.server.HTTPServer(("127.0.0.1", 0), Answers)
server.socket = context(ssl.PROTOCOL_TLS_SERVER).wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.handle_request, daemon=True).start()

async def ask():
    async with httpx.AsyncClient(verify=context(ssl.PROTOCOL_TLS_CLIENT), trust_env=False) as client:
        print((await client.get(f"https://127.0.0.1:{server.server_port}/")).text)

asyncio.run(ask())
"""


def test_the_network_speaks_tls_though_the_toolkit_came_without_it() -> None:
    done = subprocess.run([sys.executable, "-c", TLS], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("rows\n", "")


def test_what_the_live_list_imports() -> None:
    program = (
        "import sys; from kworkbench.ui.first_paint.toolkit import import_toolkit; import_toolkit(); "
        "import kworkbench.composition.workbench, kworkbench.composition.opening; "
        "import kworkbench.ui.app, kworkbench.ui.first_paint.handover; "
        "print(*(name for name in sys.modules if name.startswith('kworkbench.')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {name.removeprefix("kworkbench.") for name in done.stdout.split()}
    assert "ui.screens.list" in loaded
    rooms = ("domain.quickline", "sandbox", "cli", "composition.homes", "composition.links")
    assert not [name for name in loaded if name.startswith(rooms)]
    assert {name for name in loaded if name.startswith("sync.")} == {
        "sync.clock",
        "sync.hub",
        "sync.late",
        "sync.notices",
    }
    reading = {"answers", "change_words", "changes", "futures", "notices", "refresh", "session", "view_state", "views"}
    assert {name for name in loaded if name.startswith("services.")} == {f"services.{name}" for name in reading}
    writing = ("outbox", "cache", "writer", "upkeep", "base")
    assert loaded.isdisjoint(f"store.{name}" for name in writing)
    later = ("query_line", "quick_line", "ask_panel", "line_input", "picker", "batch_line", "form_field")
    assert loaded.isdisjoint(f"ui.widgets.{name}" for name in later)
