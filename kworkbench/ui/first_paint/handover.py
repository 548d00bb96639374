"""Lets the toolkit take the screen over as it stands: nothing is cleared, and the terminal's own settings come back."""

from __future__ import annotations

import asyncio
import signal
from functools import partial

from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver

from kworkbench.ui.first_paint.terminal import ENTER, FirstScreen
from kworkbench.ui.prompt_writer import PromptWriter

_BEGIN, _END = "\x1b[?2026h", "\x1b[?2026l"


def driver_for(first: FirstScreen) -> type[Driver]:
    """A driver that goes on from the first paint."""

    class TakesOver(LinuxDriver):
        frame: list[str] | None = None

        def write(self, data: str) -> None:
            if data == ENTER and first.painted:
                return  # it is in force already, and many terminals would clear it
            if data == _BEGIN:
                self.frame = []
            if self.frame is None:
                super().write(data)
                return
            self.frame.append(data)
            if data == _END:  # a frame is one write: its thread need not be woken three times
                frame, self.frame = self.frame, None
                super().write("".join(frame))

        def start_application_mode(self) -> None:
            super().start_application_mode()  # type: ignore[no-untyped-call]  # the toolkit left it without types
            if self._writer_thread is not None and self._file is not None:
                self._writer_thread.stop()
                self._writer_thread = PromptWriter(self._file)
                self._writer_thread.start()
            first.painted = True
            self.attrs_before = first.attributes
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(number, partial(self._app.exit, return_code=128 + number))

        def stop_application_mode(self) -> None:
            super().stop_application_mode()
            first.painted = False

    return TakesOver
