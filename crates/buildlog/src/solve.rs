//! BuildKit's status stream (`--progress=rawjson`; `client/graph.go`, type `SolveStatus`).

use std::collections::HashMap;

use base64::Engine;
use serde::Deserialize;

use crate::assemble::Assembler;

/// One message of the stream.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Status {
    #[serde(default)]
    pub(crate) vertexes: Option<Vec<Vertex>>,
    #[serde(default)]
    pub(crate) logs: Option<Vec<VertexLog>>,
}

/// One vertex of the build graph.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Vertex {
    pub(crate) digest: String,
    #[serde(default)]
    pub(crate) name: String,
    /// Seconds since 1970.
    #[serde(default, deserialize_with = "timestamp")]
    pub(crate) started: Option<f64>,
    #[serde(default, deserialize_with = "timestamp")]
    pub(crate) completed: Option<f64>,
    #[serde(default)]
    pub(crate) cached: bool,
    #[serde(default)]
    pub(crate) error: String,
}

fn timestamp<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.as_deref().and_then(rfc3339_seconds))
}

/// A piece of a vertex's output.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct VertexLog {
    pub(crate) vertex: String,
    #[serde(default)]
    pub(crate) data: String,
    #[serde(default)]
    pub(crate) timestamp: Option<String>,
}

#[derive(Debug, Default)]
struct Known {
    id: u32,
    started: Option<f64>,
    over: bool,
    /// Output of a line that is not complete yet.
    pending: Vec<u8>,
    pending_time: Option<f64>,
}

/// Numbers the vertexes and joins pieces of output into lines.
#[derive(Debug, Default)]
pub(crate) struct Solve {
    known: HashMap<String, Known>,
    begin: Option<f64>,
}

impl Solve {
    pub(crate) fn status(&mut self, no: u64, status: Status, sink: &mut Assembler) {
        for vertex in status.vertexes.into_iter().flatten() {
            self.vertex(no, &vertex, sink);
        }
        for log in status.logs.into_iter().flatten() {
            let Ok(data) = base64::engine::general_purpose::STANDARD.decode(log.data.as_bytes()) else {
                continue;
            };
            self.output(no, &log.vertex, log.timestamp.as_deref().and_then(rfc3339_seconds), &data, sink);
        }
    }

    pub(crate) fn vertex(&mut self, no: u64, vertex: &Vertex, sink: &mut Assembler) {
        let next = u32::try_from(self.known.len() + 1).unwrap_or(u32::MAX);
        let (started, completed) = (vertex.started, vertex.completed);
        if self.begin.is_none() {
            self.begin = started;
        }
        let begin = self.begin;
        let known =
            self.known.entry(vertex.digest.clone()).or_insert_with(|| Known { id: next, ..Known::default() });
        if known.id == next {
            sink.vertex(no, known.id, &vertex.name);
        }
        if known.started.is_none() {
            known.started = started;
        }
        let start = known.started.zip(begin).map(|(s, b)| s - b);
        let seconds = completed.zip(known.started).map(|(c, s)| round(c - s));
        sink.vertex_timing(known.id, start.map(round), seconds);
        if completed.is_some() && !known.over {
            known.over = true;
            let error = (!vertex.error.is_empty()).then_some(vertex.error.as_str());
            sink.vertex_end(no, known.id, vertex.cached, error);
        }
    }

    pub(crate) fn output(
        &mut self,
        no: u64,
        digest: &str,
        timestamp: Option<f64>,
        data: &[u8],
        sink: &mut Assembler,
    ) {
        const LONGEST_LINE: usize = 1024 * 1024;
        let Some(known) = self.known.get_mut(digest) else { return };
        let time = timestamp.zip(known.started).map(|(t, s)| round(t - s));
        let mut rest = data;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let line = &rest[..end];
            if known.pending.is_empty() {
                emit(no, known.id, time, line, sink);
            } else {
                let mut whole = std::mem::take(&mut known.pending);
                whole.extend_from_slice(line);
                emit(no, known.id, known.pending_time, &whole, sink);
            }
            rest = &rest[end + 1..];
        }
        if !rest.is_empty() {
            if known.pending.is_empty() {
                known.pending_time = time;
            }
            if known.pending.len() < LONGEST_LINE {
                known.pending.extend_from_slice(rest);
            }
        }
    }

    /// Output that never got its line end.
    pub(crate) fn flush(&mut self, no: u64, sink: &mut Assembler) {
        let mut rest: Vec<&mut Known> = self.known.values_mut().filter(|k| !k.pending.is_empty()).collect();
        rest.sort_by_key(|k| k.id);
        for known in rest {
            let line = std::mem::take(&mut known.pending);
            emit(no, known.id, known.pending_time, &line, sink);
        }
    }
}

fn emit(no: u64, id: u32, time: Option<f64>, line: &[u8], sink: &mut Assembler) {
    let cleaned = crate::clean::clean(line);
    sink.vertex_output(no, id, time, &String::from_utf8_lossy(&cleaned));
}

fn round(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}

/// Seconds since 1970 of an RFC 3339 timestamp.
pub(crate) fn rfc3339_seconds(text: &str) -> Option<f64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let mut rest = text.get(19..)?;
    let mut fraction = 0.0;
    if let Some(after) = rest.strip_prefix('.') {
        let end = after.bytes().take_while(u8::is_ascii_digit).count();
        fraction = format!("0.{}", &after[..end]).parse().ok()?;
        rest = &after[end..];
    }
    let zone = match rest.as_bytes().first() {
        Some(b'+' | b'-') => {
            let sign = if rest.starts_with('-') { -1 } else { 1 };
            sign * (rest.get(1..3)?.parse::<i64>().ok()? * 3600 + rest.get(4..6)?.parse::<i64>().ok()? * 60)
        }
        _ => 0,
    };
    // Days since the epoch by Howard Hinnant's civil-from-days formula.
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted - era * 400;
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = era * 146_097 + day_of_era - 719_468;
    #[expect(clippy::cast_precision_loss, reason = "seconds of this era fit")]
    Some((days * 86_400 + hour * 3600 + minute * 60 + second - zone) as f64 + fraction)
}

#[cfg(test)]
mod tests {
    #[test]
    fn timestamps_become_seconds() {
        assert_eq!(super::rfc3339_seconds("1970-01-01T00:00:01.5Z"), Some(1.5));
        assert_eq!(super::rfc3339_seconds("2026-11-22T19:19:00Z"), Some(1_795_375_140.0));
        assert_eq!(super::rfc3339_seconds("1970-01-01T01:00:00+01:00"), Some(0.0));
        assert_eq!(super::rfc3339_seconds("yesterday"), None);
    }
}
