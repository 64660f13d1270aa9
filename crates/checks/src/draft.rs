//! Findings in the making.

use dockerfile::edit::Edit;
use dockerfile::{LineIndex, Span};
use finding::{Confidence, Evidence, Finding, Fix, Highlight, Location, Severity, Source, Words};

use crate::Persona;

/// A check's face: declared once, in its own file.
#[derive(Debug)]
pub struct Check {
    /// The cause's id.
    pub id: &'static str,
    /// One line: what it looks for.
    pub summary: Words,
    /// Who gets to see it.
    pub persona: Persona,
    /// Rules of other tools that say the same: their ignore comments count.
    pub aliases: &'static [&'static str],
    pub(crate) run: fn(&crate::unit::Unit<'_>, &mut Sink),
}

/// Edits of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEdits {
    /// Path in the project.
    pub path: String,
    /// The edits, against the file as it was read. For a file that does not exist: one insertion at 0.
    pub edits: Vec<Edit>,
}

/// A way to mend something by editing files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixPlan {
    /// What it does.
    pub title: Words,
    /// It cannot change what a working build produces.
    pub safe: bool,
    /// The edits.
    pub files: Vec<FileEdits>,
    /// A command to type instead.
    pub command: Option<String>,
}

/// What checks put their findings into.
#[derive(Default)]
pub struct Sink {
    pub(crate) drafts: Vec<Draft>,
}

/// A finding before its evidence is cut out of the files.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) id: &'static str,
    pub(crate) title: Words,
    pub(crate) why: Words,
    pub(crate) severity: Severity,
    pub(crate) confidence: Confidence,
    pub(crate) proof: Option<Words>,
    /// File, span, label. The first is where it is.
    pub(crate) places: Vec<(String, Span, Words)>,
    pub(crate) fixes: Vec<FixPlan>,
    pub(crate) subjects: Vec<String>,
    /// Indexes of instructions whose comments may silence it.
    pub(crate) instruction: Option<usize>,
}

impl Draft {
    pub(crate) fn new(check: &Check, severity: Severity, title: Words, why: Words) -> Self {
        Self {
            id: check.id,
            title,
            why,
            severity,
            confidence: Confidence::Verified,
            proof: None,
            places: Vec::new(),
            fixes: Vec::new(),
            subjects: Vec::new(),
            instruction: None,
        }
    }

    pub(crate) fn at(mut self, path: &str, span: Span, label: Words) -> Self {
        self.places.push((path.to_owned(), span, label));
        self
    }

    pub(crate) fn on(mut self, instruction: usize) -> Self {
        self.instruction = Some(instruction);
        self
    }

    pub(crate) fn likely(mut self) -> Self {
        self.confidence = Confidence::Likely;
        self
    }

    pub(crate) fn possible(mut self) -> Self {
        self.confidence = Confidence::Possible;
        self
    }

    pub(crate) fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subjects.push(subject.into());
        self
    }

    pub(crate) fn fix(mut self, title: Words, safe: bool, path: &str, edits: Vec<Edit>) -> Self {
        let files = vec![FileEdits { path: path.to_owned(), edits }];
        self.fixes.push(FixPlan { title, safe, files, command: None });
        self
    }

    pub(crate) fn command(mut self, title: Words, command: impl Into<String>) -> Self {
        self.fixes.push(FixPlan { title, safe: false, files: Vec::new(), command: Some(command.into()) });
        self
    }

    pub(crate) fn advice(mut self, title: Words) -> Self {
        self.fixes.push(FixPlan { title, safe: false, files: Vec::new(), command: None });
        self
    }
}

impl Sink {
    pub(crate) fn push(&mut self, draft: Draft) {
        self.drafts.push(draft);
    }
}

/// Cut the evidence out of the files.
pub(crate) fn finish(draft: &Draft, read: &dyn Fn(&str) -> Option<String>) -> Finding {
    let mut evidence = Vec::new();
    let mut location = None;
    for (path, span, label) in &draft.places {
        let Some(text) = read(path) else { continue };
        let lines = LineIndex::new(&text);
        let start = lines.position(&text, span.start);
        let end = lines.position(&text, span.end.max(span.start));
        let line_span = lines.line_span(start.line);
        let line = line_span.of(&text).trim_end_matches(['\r', '\n']);
        let from = (span.start - line_span.start).min(line.len());
        let to = (span.end.saturating_sub(line_span.start)).min(line.len()).max(from);
        let fits = line.is_char_boundary(from) && line.is_char_boundary(to) && from < to;
        evidence.push(Evidence {
            source: Source::File,
            path: path.clone(),
            line: u64::from(start.line),
            text: crate::secrets::mask(line),
            highlight: fits.then(|| Highlight { start: from, end: to, label: label.clone() }),
        });
        if location.is_none() {
            location = Some(Location {
                path: path.clone(),
                line: u64::from(start.line),
                column: u64::from(start.column),
                end_line: u64::from(end.line),
                end_column: u64::from(end.column),
            });
        }
    }
    // A masked line is another text: its marks would point elsewhere.
    for e in &mut evidence {
        if let Some(h) = &e.highlight
            && !(e.text.is_char_boundary(h.start) && e.text.is_char_boundary(h.end))
        {
            e.highlight = None;
        }
    }
    Finding {
        cause: draft.id,
        title: draft.title.clone(),
        why: draft.why.clone(),
        confidence: draft.confidence,
        proof: draft.proof.clone(),
        severity: draft.severity,
        evidence,
        location,
        fixes: draft.fixes.iter().map(|plan| fix_of(plan, read)).collect(),
        count: 1,
        subjects: draft.subjects.clone(),
    }
}

pub(crate) fn fix_of(plan: &FixPlan, read: &dyn Fn(&str) -> Option<String>) -> Fix {
    let mut diff = String::new();
    for file in &plan.files {
        let old = read(&file.path).unwrap_or_default();
        if let Ok(new) = dockerfile::edit::apply(&old, &file.edits) {
            diff.push_str(&dockerfile::edit::unified_diff(&file.path, &old, &new));
        }
    }
    Fix {
        title: plan.title.clone(),
        safe: plan.safe,
        command: plan.command.clone(),
        diff: (!diff.is_empty()).then_some(diff),
    }
}
