//! The timeline as inline SVG. Colours stand in the elements themselves, for pages whose styles are forbidden; the
//! page's style sheet overrides them for dark screens. What is cancelled is hatched, what failed carries a cross: no
//! colour is needed to tell them apart.

use std::fmt::Write;

use super::lanes::{Bar, Picture, tick};
use super::{escape, state_class};
use crate::model::{TimelineEntry, TimelineState};
use crate::render::common::{clean, duration, state, step_count};
use crate::ui;
use crate::words::Lang;

const WIDTH: f64 = 1000.0;
/// Room for the stages' names.
const LEFT: f64 = 150.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 34.0;
const LANE: f64 = 24.0;
const BAR: f64 = 18.0;
/// Between two stages.
const GAP: f64 = 8.0;
/// What a letter of a bar's label takes; generous, as the reader's font is not known.
const LETTER: f64 = 6.4;

pub(super) fn draw(steps: &[TimelineEntry], picture: &Picture, number: usize, lang: Lang) -> String {
    let lanes: usize = picture.stages.iter().map(|s| s.lanes).sum();
    let height = TOP + lanes as f64 * LANE + picture.stages.len() as f64 * GAP + 4.0;
    let scale = (WIDTH - LEFT - RIGHT) / picture.total;
    let alt = ui::TIMELINE_ALT
        .fill(lang, &[&step_count(steps.len(), lang), &lanes.to_string(), &duration(picture.total, lang)]);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}\">\n\
         <defs><pattern id=\"hatch{number}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
         <line class=\"hatch\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" stroke=\"#8792a1\" stroke-width=\"3\"/></pattern></defs>\n",
        escape(&alt),
    );
    legend(steps, number, lang, &mut out);
    for (n, stage) in picture.stages.iter().enumerate() {
        let y = lane_y(picture, stage.first_lane);
        let tall = stage.lanes as f64 * LANE;
        if n % 2 == 0 {
            let _ = writeln!(
                out,
                "<rect class=\"band\" x=\"0\" y=\"{}\" width=\"{WIDTH}\" height=\"{}\" fill=\"#f5f7f9\"/>",
                y - GAP / 2.0,
                tall + GAP
            );
        }
        let name = stage.name.as_deref().map_or_else(|| ui::NO_STAGE.get(lang).to_owned(), clean);
        let _ = writeln!(
            out,
            "<text class=\"ink\" x=\"8\" y=\"{:.1}\" font-size=\"12\" fill=\"#1c2430\">{}<title>{}</title></text>",
            y + tall / 2.0 + 4.0,
            escape(&shorten(&name, LEFT - 20.0, 6.8)),
            escape(&name),
        );
    }
    axis(picture, height, scale, lang, &mut out);
    // what failed is drawn last, so that nothing covers it
    let (failed, rest): (Vec<&Bar>, Vec<&Bar>) =
        picture.bars.iter().partition(|b| steps[b.step].state == TimelineState::Failed);
    for bar in rest.into_iter().chain(failed) {
        draw_bar(&steps[bar.step], bar, lane_y(picture, bar.lane), scale, number, lang, &mut out);
    }
    out.push_str("</svg>\n");
    out
}

fn lane_y(picture: &Picture, lane: usize) -> f64 {
    let above = picture.stages.iter().filter(|s| s.first_lane <= lane).count();
    TOP + lane as f64 * LANE + above as f64 * GAP - GAP / 2.0
}

fn axis(picture: &Picture, height: f64, scale: f64, lang: Lang, out: &mut String) {
    let step = tick(picture.total);
    let mut at = 0.0;
    while at <= picture.total + step / 1e6 {
        let x = LEFT + at * scale;
        let text =
            if step < 1.0 { ui::SECONDS.fill(lang, &[&format!("{at:.1}")]) } else { axis_label(at, lang) };
        let _ = writeln!(
            out,
            "<line class=\"grid\" x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{height}\" stroke=\"#d9dee5\"/>\
             <text class=\"tick\" x=\"{x:.1}\" y=\"{}\" font-size=\"10\" fill=\"#5b6675\" text-anchor=\"middle\">{}</text>",
            TOP - 3.0,
            escape(&text),
        );
        at += step;
    }
}

/// Whole seconds, or minutes once there are some.
fn axis_label(seconds: f64, lang: Lang) -> String {
    if seconds < 60.0 { ui::SECONDS.fill(lang, &[&format!("{seconds:.0}")]) } else { duration(seconds, lang) }
}

fn legend(steps: &[TimelineEntry], number: usize, lang: Lang, out: &mut String) {
    let all = [
        TimelineState::Done,
        TimelineState::Cached,
        TimelineState::Failed,
        TimelineState::Canceled,
        TimelineState::Unknown,
    ];
    let mut x = LEFT;
    for kind in all.into_iter().filter(|kind| steps.iter().any(|e| e.state == *kind)) {
        let text = state(kind, lang);
        let paint = paint(kind, number);
        let _ = writeln!(
            out,
            "<rect {paint} x=\"{x}\" y=\"4\" width=\"12\" height=\"10\" rx=\"2\"/>\
             <text class=\"tick\" x=\"{}\" y=\"13\" font-size=\"11\" fill=\"#5b6675\">{}</text>",
            x + 17.0,
            escape(&text),
        );
        x += 17.0 + letters(&text) * 7.0 + 22.0;
    }
}

fn paint(state: TimelineState, number: usize) -> String {
    let class = state_class(state);
    match state {
        TimelineState::Done => format!("class=\"{class}\" fill=\"#4c86d8\""),
        TimelineState::Cached => format!("class=\"{class}\" fill=\"#b6bfca\""),
        TimelineState::Failed => format!("class=\"{class}\" fill=\"#c62828\""),
        TimelineState::Canceled => {
            format!("class=\"{class}\" fill=\"url(#hatch{number})\" stroke=\"#8792a1\"")
        }
        TimelineState::Unknown => {
            format!("class=\"{class}\" fill=\"none\" stroke=\"#5b6675\" stroke-dasharray=\"3 2\"")
        }
    }
}

fn draw_bar(
    step: &TimelineEntry,
    bar: &Bar,
    y: f64,
    scale: f64,
    number: usize,
    lang: Lang,
    out: &mut String,
) {
    let x = LEFT + bar.start * scale;
    // a step that took no time still happened; a failed one must be seen
    let least = if step.state == TimelineState::Failed { 4.0 } else { 1.5 };
    let width = (bar.seconds * scale).max(least).min(WIDTH - x);
    let y = y + (LANE - BAR) / 2.0;
    let name = clean(&step.name);
    let tip = format!("{name}: {}, {}", duration(bar.seconds, lang), state(step.state, lang));
    let failed = step.state == TimelineState::Failed;
    let label = if failed { format!("\u{2715} {name}") } else { name };
    let _ = write!(
        out,
        "<g><title>{}</title><rect {} x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{BAR}\" rx=\"2\"/>",
        escape(&tip),
        paint(step.state, number),
    );
    let inside = shorten(&label, width - 8.0, LETTER);
    let (class, fill) = match step.state {
        TimelineState::Done | TimelineState::Failed => (state_class(step.state), "#ffffff"),
        _ => (state_class(step.state), "#2d3643"),
    };
    // a failed step must be readable, the others may be a letter or two
    if inside.chars().count() >= if failed && inside != label { 12 } else { 4 } {
        if step.state == TimelineState::Canceled {
            // hatching behind letters cannot be read
            let pad = letters(&inside) * LETTER + 4.0;
            let _ = write!(
                out,
                "<rect class=\"pad\" x=\"{:.1}\" y=\"{:.1}\" width=\"{pad:.1}\" height=\"{}\" fill=\"#ffffff\"/>",
                x + 2.0,
                y + 2.0,
                BAR - 4.0
            );
        }
        let _ = write!(
            out,
            "<text class=\"on-{class}\" x=\"{:.1}\" y=\"{:.1}\" font-size=\"11\" fill=\"{fill}\">{}</text>",
            x + 4.0,
            y + 13.0,
            escape(&inside)
        );
    } else if failed {
        beside(&label, x, width, y, out);
    }
    out.push_str("</g>\n");
}

/// The name of a failed step whose bar is too short for it: on the side that has room, on a ground of its own.
fn beside(label: &str, x: f64, width: f64, y: f64, out: &mut String) {
    // bold letters are wider, and the label may cover only so much of its neighbours
    let (letter, most) = (LETTER * 1.12, LETTER * 30.0);
    let (room_right, room_left) = (WIDTH - RIGHT - x - width - 6.0, x - LEFT - 6.0);
    let right = room_right >= (letters(label) * letter).min(room_left).min(most);
    let text = shorten(label, most.min(if right { room_right } else { room_left }), letter);
    let long = letters(&text) * letter + 4.0;
    let at = if right { x + width + 4.0 } else { x - 4.0 };
    let ground = if right { at - 2.0 } else { at - long + 2.0 };
    let anchor = if right { "start" } else { "end" };
    let _ = write!(
        out,
        "<rect class=\"pad\" x=\"{ground:.1}\" y=\"{:.1}\" width=\"{long:.1}\" height=\"{}\" rx=\"2\" fill=\"#ffffff\"/>\
         <text class=\"failed\" x=\"{at:.1}\" y=\"{:.1}\" font-size=\"11\" font-weight=\"600\" text-anchor=\"{anchor}\" fill=\"#c62828\">{}</text>",
        y + 1.0,
        BAR - 2.0,
        y + 13.0,
        escape(&text),
    );
}

/// How many letters wide a text is: a Chinese character is as wide as two.
fn letters(text: &str) -> f64 {
    unicode_width::UnicodeWidthStr::width(text) as f64
}

/// As much of `text` as fits into `room`, with an ellipsis where it is cut; empty when nothing does.
fn shorten(text: &str, room: f64, letter: f64) -> String {
    if letters(text) * letter <= room {
        return text.to_owned();
    }
    let mut used = letter;
    let mut out = String::new();
    for c in text.chars() {
        used += letters(c.encode_utf8(&mut [0; 4])) * letter;
        if used > room {
            break;
        }
        out.push(c);
    }
    if out.is_empty() { out } else { format!("{}\u{2026}", out.trim_end()) }
}
