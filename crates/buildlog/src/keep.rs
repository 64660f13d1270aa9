//! Keeps the lines of a step that can matter, in bounded memory: its beginning, its end, and between them the
//! lines that look like trouble.

use std::sync::LazyLock;

use aho_corasick::packed::{Config, MatchKind, Searcher};

use crate::model::Line;

/// Bytes kept from the beginning of a step.
const HEAD: usize = 192 * 1024;
/// Bytes of trouble kept from the middle.
const MIDDLE: usize = 384 * 1024;
/// Bytes kept from the end; up to twice as much is held while reading.
const TAIL: usize = 512 * 1024;

/// Words that make a line worth keeping from the middle of a very long output.
const TROUBLE: [&str; 24] = [
    "rror",
    "fail",
    "Fail",
    "FAIL",
    "fatal",
    "denied",
    "annot ",
    "timeout",
    "timed out",
    "refused",
    "x509",
    "not found",
    "o such",
    "undefined",
    "illed",
    "unknown",
    "invalid",
    "missing",
    "mismatch",
    "unexpected",
    "No space",
    "no space",
    "requires ",
    "unable",
];

static SEARCHER: LazyLock<Option<Searcher>> =
    LazyLock::new(|| Config::new().match_kind(MatchKind::LeftmostFirst).builder().extend(TROUBLE).build());

fn is_trouble(line: &[u8]) -> bool {
    match &*SEARCHER {
        Some(searcher) => searcher.find(line).is_some(),
        None => TROUBLE.iter().any(|word| memchr::memmem::find(line, word.as_bytes()).is_some()),
    }
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    no: u64,
    start: u32,
    len: u32,
    /// NaN when unknown.
    time: f32,
}

#[derive(Debug, Default)]
struct Run {
    bytes: Vec<u8>,
    entries: Vec<Entry>,
}

impl Run {
    fn push(&mut self, no: u64, text: &[u8], time: f32) {
        let start = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
        let len = u32::try_from(text.len()).unwrap_or(u32::MAX);
        self.bytes.extend_from_slice(text);
        self.entries.push(Entry { no, start, len, time });
    }

    fn text(&self, entry: Entry) -> &[u8] {
        let start = entry.start as usize;
        &self.bytes[start..start + entry.len as usize]
    }
}

/// The output of one step while it is read.
#[derive(Debug, Default)]
pub(crate) struct Keep {
    head: Run,
    middle: Run,
    tail: Run,
    dropped: u64,
    /// Time of the last line that had one.
    pub(crate) last_time: Option<f64>,
}

impl Keep {
    pub(crate) fn push(&mut self, no: u64, text: &[u8], time: Option<f64>) {
        if time.is_some() {
            self.last_time = time;
        }
        #[expect(clippy::cast_possible_truncation, reason = "seconds with two decimals fit")]
        let time = time.map_or(f32::NAN, |t| t as f32);
        if self.tail.entries.is_empty() && self.head.bytes.len() + text.len() <= HEAD {
            self.head.push(no, text, time);
            return;
        }
        self.tail.push(no, text, time);
        if self.tail.bytes.len() > 2 * TAIL || self.tail.entries.len() > 2 * TAIL / 8 {
            self.compact();
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.head.entries.is_empty()
    }

    /// Moves the older half of the tail away, keeping what looks like trouble.
    fn compact(&mut self) {
        let half = self.tail.bytes.len() / 2;
        let split = self
            .tail
            .entries
            .partition_point(|e| (e.start as usize) < half)
            .max(self.tail.entries.len() / 2)
            .clamp(1, self.tail.entries.len());
        for i in 0..split {
            let entry = self.tail.entries[i];
            let text = self.tail.text(entry);
            if self.middle.bytes.len() + text.len() <= MIDDLE
                && self.middle.entries.len() < MIDDLE / 8
                && is_trouble(text)
            {
                self.middle.push(entry.no, text, entry.time);
            } else {
                self.dropped += 1;
            }
        }
        let cut = self.tail.entries.get(split).map_or(self.tail.bytes.len(), |e| e.start as usize);
        self.tail.bytes.drain(..cut);
        self.tail.entries.drain(..split);
        let cut = u32::try_from(cut).unwrap_or(u32::MAX);
        for entry in &mut self.tail.entries {
            entry.start -= cut;
        }
    }

    /// A step that ended well needs no more than its first and last lines.
    pub(crate) fn shrink(&mut self) {
        const FEW: usize = 64 * 1024;
        let all = self.head.entries.len() + self.middle.entries.len() + self.tail.entries.len();
        let bytes = self.head.bytes.len() + self.middle.bytes.len() + self.tail.bytes.len();
        if bytes <= FEW {
            return;
        }
        self.dropped += all as u64;
        let last_time = self.last_time;
        let dropped = self.dropped;
        *self = Self { last_time, dropped, ..Self::default() };
    }

    /// The kept lines in order, and how many were dropped.
    pub(crate) fn finish(self) -> (Vec<Line>, u64) {
        let mut lines =
            Vec::with_capacity(self.head.entries.len() + self.middle.entries.len() + self.tail.entries.len());
        for run in [&self.head, &self.middle, &self.tail] {
            for entry in &run.entries {
                let time = (!entry.time.is_nan())
                    .then_some(f64::from(entry.time))
                    .map(|t| (t * 1000.0).round() / 1000.0);
                lines.push(Line {
                    no: entry.no,
                    text: String::from_utf8_lossy(run.text(*entry)).into_owned(),
                    time,
                });
            }
        }
        (lines, self.dropped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_output_keeps_its_ends_and_its_trouble() {
        let mut keep = Keep::default();
        for no in 1..=200_000u64 {
            let text = if no == 100_000 {
                "go: x: dial tcp: i/o timeout".to_owned()
            } else {
                format!("line {no} of chatter")
            };
            keep.push(no, text.as_bytes(), None);
        }
        let (lines, dropped) = keep.finish();
        assert_eq!(lines.first().map(|l| l.no), Some(1));
        assert_eq!(lines.last().map(|l| l.no), Some(200_000));
        assert!(lines.iter().any(|l| l.no == 100_000));
        assert!(lines.windows(2).all(|w| w[0].no < w[1].no));
        assert_eq!(lines.len() as u64 + dropped, 200_000);
        assert!(lines.iter().map(|l| l.text.len()).sum::<usize>() < 2 * 1024 * 1024);
    }
}
