//! Which bar of the timeline goes where: plain numbers, no drawing.

use crate::model::TimelineEntry;
use crate::render::common::time;

/// A step as a bar.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bar {
    /// Index of the step.
    pub(super) step: usize,
    pub(super) lane: usize,
    pub(super) start: f64,
    pub(super) seconds: f64,
}

/// One stage, with as many lanes as it has steps at once.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stage {
    pub(super) name: Option<String>,
    pub(super) first_lane: usize,
    pub(super) lanes: usize,
}

/// The whole picture.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Picture {
    pub(super) stages: Vec<Stage>,
    pub(super) bars: Vec<Bar>,
    /// Seconds from the left edge to the right one.
    pub(super) total: f64,
    /// False when the log had no start times and the steps stand one after another.
    pub(super) has_starts: bool,
}

/// Lays the steps out; `None` when no step has a time.
pub(super) fn lay_out(steps: &[TimelineEntry]) -> Option<Picture> {
    let has_starts = steps.iter().any(|e| time(e.start).is_some());
    let mut names: Vec<Option<&str>> = Vec::new();
    for e in steps {
        if !names.contains(&e.stage.as_deref()) {
            names.push(e.stage.as_deref());
        }
    }
    let mut clock = 0.0;
    let mut stages = Vec::new();
    let mut placed: Vec<(usize, usize, f64, f64)> = Vec::new();
    // where a step without a start of its own begins: at the end of what came before it in its stage, or in the log
    let mut ends = vec![0.0_f64; names.len()];
    for (step, e) in steps.iter().enumerate() {
        let stage = names.iter().position(|n| *n == e.stage.as_deref()).unwrap_or(0);
        let seconds = time(e.seconds).unwrap_or(0.0);
        let start = match time(e.start) {
            Some(start) => start,
            None if has_starts => ends[stage],
            None => clock,
        };
        clock = start + seconds;
        ends[stage] = ends[stage].max(clock);
        placed.push((step, stage, start, seconds));
    }
    let total = ends.iter().copied().fold(0.0, f64::max);
    if total <= 0.0 || !total.is_finite() {
        return None;
    }
    let mut bars = Vec::new();
    let mut first_lane = 0;
    for (n, name) in names.iter().enumerate() {
        let mut own: Vec<_> = placed.iter().filter(|p| p.1 == n).collect();
        own.sort_by(|a, b| a.2.total_cmp(&b.2).then(a.0.cmp(&b.0)));
        let mut free: Vec<f64> = Vec::new();
        for &&(step, _, start, seconds) in &own {
            // clocks of a log are coarse: what overlaps by less than a blink is one after another
            let lane = free.iter().position(|end| *end <= start + 0.05).unwrap_or_else(|| {
                free.push(0.0);
                free.len() - 1
            });
            free[lane] = start + seconds;
            bars.push(Bar { step, lane: first_lane + lane, start, seconds });
        }
        let lanes = free.len().max(1);
        stages.push(Stage { name: name.map(str::to_owned), first_lane, lanes });
        first_lane += lanes;
    }
    Some(Picture { stages, bars, total, has_starts })
}

/// Round distances between the marks of an axis of `total` seconds, at most ten of them.
pub(super) fn tick(total: f64) -> f64 {
    let nice =
        [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0];
    nice.into_iter()
        .find(|step| total / step <= 10.0)
        .unwrap_or_else(|| (total / 10.0 / 3600.0).ceil() * 3600.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TimelineState;

    fn step(stage: &str, start: Option<f64>, seconds: Option<f64>) -> TimelineEntry {
        TimelineEntry {
            name: "x".into(),
            stage: Some(stage.into()),
            start,
            seconds,
            state: TimelineState::Done,
        }
    }

    fn shape(steps: &[TimelineEntry]) -> Vec<(usize, usize, f64)> {
        let mut bars: Vec<_> = lay_out(steps)
            .map(|p| p.bars)
            .unwrap_or_default()
            .into_iter()
            .map(|b| (b.step, b.lane, b.start))
            .collect();
        bars.sort_by_key(|b| b.0);
        bars
    }

    #[test]
    fn stages_have_lanes_and_overlaps_more_of_them() {
        let steps = [
            step("a", Some(0.0), Some(2.0)),
            step("b", Some(0.0), Some(5.0)),
            step("a", Some(1.0), Some(2.0)),
            step("a", Some(2.0), Some(1.0)),
        ];
        assert_eq!(shape(&steps), [(0, 0, 0.0), (1, 2, 0.0), (2, 1, 1.0), (3, 0, 2.0)]);
    }

    #[test]
    fn without_starts_one_after_another() {
        let steps = [step("a", None, Some(2.0)), step("b", None, Some(3.0)), step("a", None, Some(1.0))];
        assert_eq!(shape(&steps), [(0, 0, 0.0), (1, 1, 2.0), (2, 0, 5.0)]);
        assert_eq!(lay_out(&steps).map(|p| (p.total, p.has_starts)), Some((6.0, false)));
    }

    #[test]
    fn no_times_no_picture() {
        assert_eq!(lay_out(&[]), None);
        assert_eq!(lay_out(&[step("a", None, None), step("a", Some(f64::NAN), Some(f64::INFINITY))]), None);
        assert_eq!(lay_out(&[step("a", Some(-3.0), Some(-1.0))]), None);
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!([0.7, 9.0, 42.0, 600.0, 90_000.0].map(tick), [0.1, 1.0, 5.0, 60.0, 10_800.0]);
    }
}
