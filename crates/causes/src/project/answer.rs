//! What the project's files say about a cause.

use finding::{Confidence, Evidence, Finding, Fix, Location, Words};

/// Which way the files point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// They show it: the finding is verified.
    Verified,
    /// They show the place, but prove nothing.
    Located,
    /// They contradict it: the finding is no more than possible.
    Refuted,
}

/// An answer and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Confirmation {
    /// Which way.
    pub answer: Answer,
    /// What the files say, as a fragment: "the Dockerfile sets it".
    pub proof: Words,
    /// A title that says more than the log could.
    pub title: Option<Words>,
    /// Lines of the files.
    pub evidence: Vec<Evidence>,
    /// The place to edit.
    pub location: Option<Location>,
    /// Ways to mend it in these files; they come before the general ones.
    pub fixes: Vec<Fix>,
}

impl Confirmation {
    fn new(answer: Answer, proof: Words) -> Self {
        Self { answer, proof, title: None, evidence: Vec::new(), location: None, fixes: Vec::new() }
    }

    /// The files show it.
    #[must_use]
    pub fn verified(proof: Words) -> Self {
        Self::new(Answer::Verified, proof)
    }

    /// The files show where.
    #[must_use]
    pub fn located() -> Self {
        Self::new(Answer::Located, Words::fixed("", ""))
    }

    /// The files contradict it.
    #[must_use]
    pub fn refuted(proof: Words) -> Self {
        Self::new(Answer::Refuted, proof)
    }

    /// With a better title.
    #[must_use]
    pub fn titled(mut self, title: Words) -> Self {
        self.title = Some(title);
        self
    }

    /// With the line it rests on; the first one is the place to edit.
    #[must_use]
    pub fn at(mut self, mark: (Evidence, Location)) -> Self {
        self.location.get_or_insert(mark.1);
        self.evidence.push(mark.0);
        self
    }

    /// With a further line.
    #[must_use]
    pub fn and(mut self, mark: Option<(Evidence, Location)>) -> Self {
        self.evidence.extend(mark.map(|m| m.0));
        self
    }

    /// With a way to mend it.
    #[must_use]
    pub fn mend(mut self, fix: impl IntoIterator<Item = Fix>) -> Self {
        self.fixes.extend(fix);
        self
    }

    /// Puts it into the finding.
    pub(crate) fn apply(self, finding: &mut Finding) {
        match self.answer {
            Answer::Verified => {
                finding.confidence = Confidence::Verified;
                finding.proof = Some(self.proof);
            }
            Answer::Located => {}
            Answer::Refuted => finding.confidence = Confidence::Possible,
        }
        if let Some(title) = self.title {
            finding.title = title;
        }
        for evidence in self.evidence {
            add(finding, evidence);
        }
        finding.location = self.location.or(finding.location.take());
        if !self.fixes.is_empty() {
            // The general advice need not repeat what is done to the very file.
            finding.fixes.retain(|general| !self.fixes.iter().any(|own| same(own, general)));
            finding.fixes.splice(0..0, self.fixes);
        }
    }
}

/// Both change the same lines, or the one is the command that goes with the other.
fn same(own: &Fix, general: &Fix) -> bool {
    fn changes(fix: &Fix) -> Vec<&str> {
        let lines = fix.diff.iter().flat_map(|d| d.lines());
        lines
            .filter(|l| l.starts_with(['+', '-']) && !l.starts_with("+++ ") && !l.starts_with("--- "))
            .collect()
    }
    match &general.diff {
        Some(_) => changes(own) == changes(general),
        None => general.command.is_some() && own.command == general.command,
    }
}

/// Adds a line of a file that is not among the evidence yet.
pub(crate) fn add(finding: &mut Finding, evidence: Evidence) {
    let known = finding
        .evidence
        .iter_mut()
        .find(|e| e.source == evidence.source && e.path == evidence.path && e.line == evidence.line);
    match known {
        Some(known) => known.highlight = known.highlight.take().or(evidence.highlight),
        None => finding.evidence.push(evidence),
    }
}
