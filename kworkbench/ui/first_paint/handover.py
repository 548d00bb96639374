"""Lets the toolkit take the screen over as it stands: nothing is cleared, and the terminal's own settings come back."""

from __future__ import annotations

import asyncio
import signal
from functools import partial

from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver

from kworkbench.ui.first_paint.terminal import ENTER, FirstScreen
from kworkbench.ui.prompt_writer import PromptWriter

_LOOK_SECONDS = 5.0
"""How often it is looked whether the terminal is still there: not every one that goes away says so by a signal."""
_BEGIN, _END = "\x1b[?2026h", "\x1b[?2026l"


def driver_for(first: FirstScreen) -> type[Driver]:
    """A driver that goes on from the first paint."""

    class TakesOver(LinuxDriver):
        frame: list[str] | None = None
        is_on = False

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
            first.painted = self.is_on = True
            self.attrs_before = first.attributes
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(number, partial(self._app.exit, return_code=128 + number))
            loop.call_later(_LOOK_SECONDS, self.look)

        def look(self) -> None:
            """End the program when its terminal has gone away."""
            if not self.is_on:
                return
            if first.is_there:
                asyncio.get_running_loop().call_later(_LOOK_SECONDS, self.look)
            else:
                self._app.exit(return_code=128 + signal.SIGHUP)

        def resume_application_mode(self) -> None:
            """After a stop. One that could not be foreseen (SIGSTOP) left the old reading of keys going."""
            if self.is_on:
                if not first.is_there:
                    return  # a terminal that goes away continues its processes too
                self.suspend_application_mode()
            super().resume_application_mode()

        def stop_application_mode(self) -> None:
            super().stop_application_mode()
            first.painted = self.is_on = False

    return TakesOver
