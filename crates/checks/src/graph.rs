//! The stages of a Dockerfile as a picture: what is taken from where, and what a change rebuilds.

use std::fmt::Write;

use dockerfile::{Args, Base, Dockerfile, Keyword, StageEdgeKind};

use crate::paths;
use crate::unit::Unit;
use crate::{Options, Project};

/// One stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageNode {
    /// Name, or number.
    pub label: String,
    /// Its base as written.
    pub base: String,
    /// First and last line.
    pub lines: (u32, u32),
    /// The default build needs it.
    pub needed: bool,
    /// It is what the default build makes.
    pub last: bool,
    /// The first line that a change of a Go source runs again.
    pub source_rebuilds: Option<u32>,
    /// The first line that a change of go.mod or go.sum runs again.
    pub module_rebuilds: Option<u32>,
    /// Steps in it.
    pub steps: usize,
}

/// A stage takes something from a stage or an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Index of the stage it comes from; `None` for an image.
    pub from: Option<usize>,
    /// The image.
    pub image: Option<String>,
    /// Index of the stage that takes.
    pub to: usize,
    /// How.
    pub kind: StageEdgeKind,
    /// What: the paths of a COPY.
    pub what: String,
    /// Line.
    pub line: u32,
}

/// All stages of a Dockerfile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StageGraph {
    /// The stages in order.
    pub stages: Vec<StageNode>,
    /// What they take.
    pub edges: Vec<Edge>,
}

/// The graph of a Dockerfile of the project. `None` when it cannot be read.
#[must_use]
pub fn graph(project: &Project<'_>, options: &Options, dockerfile: &str) -> Option<StageGraph> {
    let unit = Unit::new(project, options, dockerfile)?;
    Some(of(&unit.file))
}

/// The graph of a parsed Dockerfile.
#[must_use]
pub fn of(file: &Dockerfile) -> StageGraph {
    let mut out = StageGraph::default();
    let last = file.stages.len().saturating_sub(1);
    let needed = if file.stages.is_empty() { Vec::new() } else { file.needed_by(last) };
    let source = rebuilt(file, &|path| {
        path.is_empty() || path.ends_with(".go") || !path.contains('.') || path.contains('*')
    });
    let module = rebuilt(file, &|path| {
        path.is_empty()
            || path.ends_with("go.mod")
            || path.ends_with("go.sum")
            || path.ends_with("go.work")
            || path.starts_with("go.")
    });
    for stage in &file.stages {
        let range = stage.instructions.clone();
        let lines = (
            file.instructions[range.start].first_line,
            file.instructions[range.end.saturating_sub(1).max(range.start)].last_line,
        );
        let steps = range
            .clone()
            .filter(|&i| {
                matches!(
                    file.instructions[i].keyword,
                    Keyword::Run | Keyword::Copy | Keyword::Add | Keyword::Workdir
                )
            })
            .count();
        out.stages.push(StageNode {
            label: stage.label(),
            base: stage.base_text.clone(),
            lines,
            needed: needed.get(stage.index) == Some(&true),
            last: stage.index == last,
            source_rebuilds: source[stage.index],
            module_rebuilds: module[stage.index],
            steps,
        });
    }
    for edge in file.edges() {
        let instruction = &file.instructions[edge.instruction];
        let (from, image) = match &edge.source {
            Base::Stage(index) => (Some(*index), None),
            Base::Scratch => (None, Some("scratch".to_owned())),
            Base::Image(image) => (None, Some(image.to_string())),
            Base::Unknown(text) => (None, Some(text.clone())),
        };
        let what = match &instruction.args {
            Args::Copy(copy) => copy.sources.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" "),
            _ => String::new(),
        };
        out.edges.push(Edge {
            from,
            image,
            to: edge.target,
            kind: edge.kind,
            what,
            line: instruction.first_line,
        });
    }
    out
}

/// For every stage the first line that runs again when a file changes for which `hit` holds of the COPY source that
/// brings it (`""` is the whole context).
fn rebuilt(file: &Dockerfile, hit: &dyn Fn(&str) -> bool) -> Vec<Option<u32>> {
    let mut first: Vec<Option<u32>> = vec![None; file.stages.len()];
    let edges = file.edges();
    for stage in &file.stages {
        if let Base::Stage(base) = stage.base
            && base < stage.index
            && first[base].is_some()
        {
            first[stage.index] = Some(file.instructions[stage.instructions.start].first_line);
            continue;
        }
        for at in stage.instructions.clone() {
            let instruction = &file.instructions[at];
            let from_context = match &instruction.args {
                Args::Copy(copy) if instruction.flag("from").is_none() => {
                    copy.sources.iter().any(|w| hit(&paths::in_context(&w.text)))
                }
                Args::Command(_) if instruction.keyword == Keyword::Run => {
                    instruction.flags_named("mount").any(|f| {
                        dockerfile::Mount::parse(f.value()).is_ok_and(|m| {
                            m.kind == "bind"
                                && m.from.is_none()
                                && hit(&paths::in_context(m.source.as_deref().unwrap_or("")))
                        })
                    })
                }
                _ => false,
            };
            let from_stage = edges.iter().any(|e| {
                e.instruction == at
                    && matches!(e.source, Base::Stage(s) if s < stage.index && first[s].is_some())
            });
            if from_context || from_stage {
                first[stage.index] = Some(instruction.first_line);
                break;
            }
        }
    }
    first
}

impl StageGraph {
    /// As text, one stage a paragraph.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for (i, stage) in self.stages.iter().enumerate() {
            let mark = match (stage.last, stage.needed) {
                (true, _) => " (final)",
                (_, true) => "",
                _ => " (not needed by the final stage)",
            };
            let _ = writeln!(
                out,
                "{}{mark}  lines {}-{}, {} steps",
                stage.label, stage.lines.0, stage.lines.1, stage.steps
            );
            let _ = writeln!(out, "  on {}", stage.base);
            for edge in self.edges.iter().filter(|e| e.to == i && e.kind != StageEdgeKind::Base) {
                let from = self.source(edge);
                let verb = if edge.kind == StageEdgeKind::Copy { "copies" } else { "mounts" };
                let what = if edge.what.is_empty() { String::new() } else { format!(" {}", edge.what) };
                let _ = writeln!(out, "  {verb}{what} from {from} (line {})", edge.line);
            }
            for (name, line) in
                [("a source change", stage.source_rebuilds), ("a go.mod change", stage.module_rebuilds)]
            {
                if let Some(line) = line {
                    let _ = writeln!(out, "  {name} runs it again from line {line}");
                }
            }
        }
        out
    }

    fn source(&self, edge: &Edge) -> String {
        match edge.from {
            Some(index) => self.stages.get(index).map_or_else(String::new, |s| s.label.clone()),
            None => edge.image.clone().unwrap_or_default(),
        }
    }

    /// As a Mermaid flowchart.
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        let mut out = String::from("flowchart TB\n");
        let mut images: Vec<&str> = Vec::new();
        for (i, stage) in self.stages.iter().enumerate() {
            let (open, close) = if stage.last { ("[[", "]]") } else { ("[", "]") };
            let _ = writeln!(out, "  s{i}{open}\"{}\"{close}", escape_mermaid(&stage.label));
        }
        for edge in &self.edges {
            let from = match (&edge.from, &edge.image) {
                (Some(index), _) => format!("s{index}"),
                (None, Some(image)) => {
                    let known = images.iter().position(|i| i == image).unwrap_or_else(|| {
                        images.push(image);
                        let _ = writeln!(out, "  i{}([\"{}\"])", images.len() - 1, escape_mermaid(image));
                        images.len() - 1
                    });
                    format!("i{known}")
                }
                (None, None) => continue,
            };
            let arrow = match edge.kind {
                StageEdgeKind::Base => "-->".to_owned(),
                StageEdgeKind::Copy => format!("-. \"{}\" .->", escape_mermaid(&edge.what)),
                StageEdgeKind::Mount => "-. mount .->".to_owned(),
            };
            let _ = writeln!(out, "  {from} {arrow} s{}", edge.to);
        }
        for (i, stage) in self.stages.iter().enumerate() {
            if !stage.needed {
                let _ = writeln!(out, "  style s{i} stroke-dasharray: 4 4");
            }
        }
        out
    }

    /// As SVG: stages from top to bottom, what they take at their right.
    #[must_use]
    pub fn to_svg(&self) -> String {
        const WIDTH: usize = 760;
        const BOX: usize = 320;
        const STEP: usize = 96;
        let height = self.stages.len() * STEP + 24;
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" \
             font-family=\"system-ui, sans-serif\" font-size=\"13\" role=\"img\" aria-label=\"build stages\">\n\
             <style>text{{fill:#1b1f24}}.d{{fill:#57606a}}rect{{fill:#f6f8fa;stroke:#57606a}}.f{{stroke-width:2.5}}.u{{stroke-dasharray:5 4}}\
             path{{fill:none;stroke:#0969da}}@media(prefers-color-scheme:dark){{text{{fill:#e6edf3}}.d{{fill:#9da7b3}}rect{{fill:#161b22;stroke:#9da7b3}}}}</style>\n"
        );
        for (i, stage) in self.stages.iter().enumerate() {
            let y = 12 + i * STEP;
            let class = match (stage.last, stage.needed) {
                (true, _) => "f",
                (_, true) => "n",
                _ => "u",
            };
            let _ = writeln!(
                out,
                "<rect class=\"{class}\" x=\"12\" y=\"{y}\" width=\"{BOX}\" height=\"64\" rx=\"6\"/>"
            );
            let _ = writeln!(
                out,
                "<text x=\"24\" y=\"{}\" font-weight=\"600\">{}</text>",
                y + 22,
                escape_xml(&stage.label)
            );
            let _ = writeln!(
                out,
                "<text class=\"d\" x=\"24\" y=\"{}\">FROM {}</text>",
                y + 40,
                escape_xml(&shorten(&stage.base, 44))
            );
            let _ = writeln!(
                out,
                "<text class=\"d\" x=\"24\" y=\"{}\">lines {}-{}</text>",
                y + 56,
                stage.lines.0,
                stage.lines.1
            );
        }
        let mut lane = 0;
        for edge in &self.edges {
            let Some(from) = edge.from.filter(|f| *f < edge.to) else { continue };
            let (y1, y2) = (12 + from * STEP + 40, 12 + edge.to * STEP + 24);
            let x = 12 + BOX + 24 + (lane % 5) * 14;
            lane += 1;
            let dash = if edge.kind == StageEdgeKind::Base { "" } else { " stroke-dasharray=\"4 3\"" };
            let _ = writeln!(out, "<path d=\"M{} {y1} H{x} V{y2} H{}\"{dash}/>", 12 + BOX, 12 + BOX + 2);
            let label = match edge.kind {
                StageEdgeKind::Base => "base".to_owned(),
                StageEdgeKind::Copy => format!("COPY {}", edge.what),
                StageEdgeKind::Mount => "mount".to_owned(),
            };
            let _ = writeln!(
                out,
                "<text class=\"d\" x=\"{}\" y=\"{}\">{}</text>",
                12 + BOX + 104,
                y2 + 4 + (lane % 3) * 14,
                escape_xml(&shorten(&label, 40))
            );
        }
        out.push_str("</svg>\n");
        out
    }
}

fn shorten(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(max - 1).collect();
    out.push('…');
    out
}

fn escape_xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn escape_mermaid(text: &str) -> String {
    text.replace('"', "#quot;")
}
