"""The events of a run, kept and passed on; the time of each stage from them."""

from __future__ import annotations

from kumo_magic.progress.events import Event, Notify, StageFinished, StageStarted


class Recorder:
    """Keeps every event, and passes it on."""

    def __init__(self, notify: Notify) -> None:
        self.notify = notify
        self.events: list[Event] = []

    def __call__(self, event: Event) -> None:
        """Keep the event and pass it on."""
        self.events.append(event)
        self.notify(event)

    def seconds_by_stage(self) -> dict[str, float]:
        """Stage → seconds from its start to its end."""
        starts = {event.stage: event.seconds for event in self.events if isinstance(event, StageStarted)}
        ends = {event.stage: event.seconds for event in self.events if isinstance(event, StageFinished)}
        return {stage: ends[stage] - start for stage, start in starts.items() if stage in ends}
