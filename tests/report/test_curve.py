from dataclasses import replace

from kumo_magic.report.chart import curve_svg, curve_words
from kumo_magic.report.curve import curve_of, thinned


def test_the_curve_knows_its_best_score_and_the_baseline_to_beat(events) -> None:
    curve = curve_of(events)

    assert curve.losses == ((5, 0.9), (10, 0.8), (20, 0.6))
    assert curve.scores == ((10, 0.65), (20, 0.75))
    assert curve.best == (20, 0.75)
    assert curve.baseline == ("past mean", 0.7)
    assert curve.is_ahead is True


def test_a_second_network_gets_a_line_of_its_own_that_counts_on(events) -> None:
    again = tuple(replace(event, score=None) for event in events[5:7])
    curve = curve_of((*events, *again))

    assert curve.starts == (0, 20)
    assert [step for step, _ in curve.losses] == [5, 10, 20, 25, 30]
    assert curve_svg(curve).count("<polyline") == 3
    assert "2 networks were trained in a row" in curve_words(curve)


def test_nobody_is_ahead_before_the_first_look_at_the_validation_rows(events) -> None:
    assert curve_of(events[:6]).is_ahead is None


def test_a_curve_of_no_events_can_be_drawn() -> None:
    curve = curve_of(())

    assert "no values" in curve_svg(curve)
    assert "no validation score" in curve_words(curve)


def test_the_chart_draws_one_line_per_panel_and_escapes_names(events) -> None:
    curve = curve_of(events)
    svg = curve_svg(curve)

    assert svg.count("<polyline") == 2
    assert "past mean 0.700" in svg
    assert "from 0.650 at step 10 to 0.750 at step 20" in curve_words(curve)


def test_thinning_keeps_the_ends() -> None:
    points = [(step, float(step)) for step in range(1000)]
    kept = thinned(points, 10)

    assert len(kept) == 10
    assert (kept[0], kept[-1]) == (points[0], points[-1])


def test_learners_without_a_curve_count_and_get_a_line(events, trees_scored) -> None:
    curve = curve_of((*events, trees_scored))

    assert curve.learner == ("boosted trees", 0.79)
    assert curve.leader == ("boosted trees", 0.79)
    assert curve.is_ahead is True
    assert "boosted trees 0.790" in curve_svg(curve)
    assert "boosted trees: 0.790" in curve_words(curve)


def test_trees_alone_are_ahead_before_any_network_learned(events, trees_scored) -> None:
    assert curve_of((*events[:5], trees_scored)).is_ahead is True
