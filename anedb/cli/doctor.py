"`anedb doctor`: what measuring needs, and whether it is there."

from __future__ import annotations

import typer

from anedb.cli import options


def doctor(as_json: options.Json = False) -> None:
    """Say what measuring needs and what is missing here: macOS, coremltools, room, power, Xcode, a connected device.

    Exit code 3 where this machine cannot measure.
    """
    from anedb.api.doctor import doctor as look
    from anedb.cli import blocks, probe_render

    found = look()
    if as_json:
        options.print_json(found)
    else:
        blocks.show(probe_render.doctor(found))
    if not found.able:
        raise typer.Exit(3)
