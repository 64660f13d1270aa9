//! Build stages and what they take from each other.

use std::ops::Range;

use crate::flags::Mount;
use crate::image::ImageRef;
use crate::instruction::{Args, Dockerfile, Keyword};
use crate::scope::BuildArgs;
use crate::span::Span;

/// What a stage is built on, or takes files from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Base {
    /// Nothing.
    Scratch,
    /// An earlier stage, by index.
    Stage(usize),
    /// An image.
    Image(ImageRef),
    /// A text that cannot be resolved: an argument without default, an invalid reference.
    Unknown(String),
}

/// A build stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Its number, from 0.
    pub index: usize,
    /// Its name in lower case.
    pub name: Option<String>,
    /// What it is built on.
    pub base: Base,
    /// The base as written.
    pub base_text: String,
    /// Where the base is written.
    pub base_span: Span,
    /// The base depends on a build argument.
    pub base_overridable: bool,
    /// The value of `--platform` as written.
    pub platform: Option<String>,
    /// Indexes of its instructions; the first is FROM.
    pub instructions: Range<usize>,
}

impl Stage {
    /// Name, or number when it has none.
    #[must_use]
    pub fn label(&self) -> String {
        self.name.clone().unwrap_or_else(|| format!("stage-{}", self.index))
    }
}

/// How a stage uses another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageEdgeKind {
    /// FROM.
    Base,
    /// COPY --from.
    Copy,
    /// RUN --mount=from.
    Mount,
}

/// A stage takes something from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageEdge {
    /// From where.
    pub source: Base,
    /// The stage that takes.
    pub target: usize,
    /// How.
    pub kind: StageEdgeKind,
    /// By which instruction.
    pub instruction: usize,
}

impl Dockerfile {
    pub(crate) fn build_stages(&mut self) {
        let globals = self.global_scope(&BuildArgs::new());
        let mut stages: Vec<Stage> = Vec::new();
        for (at, instruction) in self.instructions.iter().enumerate() {
            if let Some(stage) = stages.last_mut() {
                stage.instructions.end = at;
            }
            if instruction.keyword != Keyword::From {
                continue;
            }
            let index = stages.len();
            let mut stage = Stage {
                index,
                name: None,
                base: Base::Unknown(instruction.rest.text.clone()),
                base_text: instruction.rest.text.clone(),
                base_span: instruction.span,
                base_overridable: false,
                platform: instruction.flag("platform").map(|f| f.value().to_owned()),
                instructions: at..at + 1,
            };
            if let Args::From(from) = &instruction.args {
                stage.name = from.name.as_ref().map(|w| w.text.to_lowercase());
                stage.base_text.clone_from(&from.base.text);
                stage.base_span = from.base.span;
                if let Ok(expansion) = globals.expand(self.escape, &from.base.text) {
                    stage.base_overridable =
                        globals.is_overridable(&expansion) || !expansion.unknown.is_empty();
                    stage.base = match expansion.known() {
                        Some(text) => base(text, &stages),
                        None => Base::Unknown(expansion.text.clone()),
                    };
                }
            }
            stages.push(stage);
        }
        if let Some(stage) = stages.last_mut() {
            stage.instructions.end = self.instructions.len();
        }
        self.stages = stages;
    }

    /// The stage of that name, whatever its case; of several, the last one before `before`.
    #[must_use]
    pub fn stage_named(&self, name: &str, before: usize) -> Option<usize> {
        let name = name.to_lowercase();
        self.stages[..before.min(self.stages.len())].iter().rposition(|s| s.name.as_deref() == Some(&name))
    }

    /// What `--from=TEXT` means in stage `inside`: a stage by name or number, an image, or something else.
    #[must_use]
    pub fn resolve_from(&self, text: &str, inside: usize) -> Base {
        if let Ok(index) = text.parse::<usize>() {
            return if index < inside { Base::Stage(index) } else { Base::Unknown(text.to_owned()) };
        }
        // A later stage of that name is an error of its own, not an image.
        if let Some(index) =
            self.stage_named(text, inside).or_else(|| self.stage_named(text, self.stages.len()))
        {
            return Base::Stage(index);
        }
        match ImageRef::parse(text) {
            Some(image) => Base::Image(image),
            None => Base::Unknown(text.to_owned()),
        }
    }

    /// Everything that stages take from stages and images, in file order.
    #[must_use]
    pub fn edges(&self) -> Vec<StageEdge> {
        let mut edges = Vec::new();
        for stage in &self.stages {
            edges.push(StageEdge {
                source: stage.base.clone(),
                target: stage.index,
                kind: StageEdgeKind::Base,
                instruction: stage.instructions.start,
            });
            for at in stage.instructions.clone() {
                let instruction = &self.instructions[at];
                let mut add = |text: &str, kind| {
                    let source = self.resolve_from(text, stage.index);
                    edges.push(StageEdge { source, target: stage.index, kind, instruction: at });
                };
                match instruction.keyword {
                    Keyword::Copy => {
                        if let Some(from) = instruction.flag("from").filter(|f| !f.value().is_empty()) {
                            add(from.value(), StageEdgeKind::Copy);
                        }
                    }
                    Keyword::Run => {
                        for flag in instruction.flags_named("mount") {
                            if let Ok(Mount { from: Some(from), .. }) = Mount::parse(flag.value()) {
                                add(&from, StageEdgeKind::Mount);
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
        edges
    }

    /// For every stage whether a build of `target` needs it.
    #[must_use]
    pub fn needed_by(&self, target: usize) -> Vec<bool> {
        let edges = self.edges();
        let mut needed = vec![false; self.stages.len()];
        let mut open = vec![target];
        while let Some(stage) = open.pop() {
            if stage >= needed.len() || std::mem::replace(&mut needed[stage], true) {
                continue;
            }
            open.extend(edges.iter().filter(|e| e.target == stage).filter_map(|e| match e.source {
                Base::Stage(source) => Some(source),
                _ => None,
            }));
        }
        needed
    }
}

fn base(text: &str, earlier: &[Stage]) -> Base {
    if text == "scratch" {
        return Base::Scratch;
    }
    // Unlike --from, FROM compares the name as written.
    if let Some(index) = earlier.iter().rposition(|s| s.name.as_deref() == Some(text)) {
        return Base::Stage(index);
    }
    match ImageRef::parse(text) {
        Some(image) => Base::Image(image),
        None => Base::Unknown(text.to_owned()),
    }
}
