import pytest
from IPython.display import DisplayHandle

from kumo_magic.report import live
from kumo_magic.report.progress import Preparation


@pytest.fixture
def shown(monkeypatch) -> list[tuple[str, dict]]:
    """What was displayed and updated, in order."""
    calls: list[tuple[str, dict]] = []
    monkeypatch.setattr(DisplayHandle, "update", lambda _self, bundle, **_: calls.append(("update", bundle)))

    def display(bundle: dict, **_: object) -> DisplayHandle:
        calls.append(("display", bundle))
        return DisplayHandle("one")

    monkeypatch.setattr(live, "display", display)
    return calls


def new_display() -> live.NotebookDisplay:
    return live.NotebookDisplay(title="t", budget_seconds=60, preparation=Preparation(words="Loading."))


def test_the_widget_is_replaced_by_the_record(shown, events) -> None:
    display = new_display()
    display.ready()
    for event in events:
        display.notify(event)
    display.close({"text/html": "<b>record</b>", "text/plain": "record"})

    assert [call for call, _ in shown] == ["display", "update"]
    assert "application/vnd.jupyter.widget-view+json" in shown[0][1]
    assert shown[1][1] == {"text/html": "<b>record</b>", "text/plain": "record"}


@pytest.mark.usefixtures("shown")
def test_a_message_on_the_stop_comm_stops() -> None:
    display = new_display()
    assert not display.stop()

    display._signal._hear(display._signal._widget, {"type": "stop"}, [])

    assert display.stop()
    display.close({})


@pytest.mark.usefixtures("shown")
def test_the_front_end_is_told_on_that_comm_that_its_stop_was_heard(monkeypatch) -> None:
    told: list[tuple[str, dict]] = []
    monkeypatch.setattr(live.Widget, "send", lambda self, content: told.append((self.model_id, content)))
    display = new_display()

    display._signal._hear(display._signal._widget, {"type": "stop"}, [])

    assert told == [(display._signal.model_id, {"type": "heard"})]
    display.close({})


@pytest.mark.usefixtures("shown")
def test_steps_without_a_score_wait_for_the_next_update_and_scores_do_not(events, monkeypatch) -> None:
    monkeypatch.setattr(live, "_SECONDS_BETWEEN_UPDATES", 3600)
    display = new_display()
    display.ready()
    sent: list[dict] = []
    display._widget.observe(lambda change: sent.append(change["new"]), names="state")

    for _ in range(50):
        display.notify(events[5])

    assert sent == []
    display.notify(events[6])
    assert [score for _, score in sent[-1]["race"][0]["looks"]] == [0.65]
    display.close({})
