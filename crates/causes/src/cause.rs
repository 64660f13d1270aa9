//! What a cause is.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::clue::Clue;
use crate::project::{Confirmation, Facts};
use crate::sign::Sign;

/// Asks the project's files about one cause in one build; `None` when they have nothing to say.
pub type Confirm = fn(&Case<'_>, &Facts<'_>) -> Option<Confirmation>;

/// One cause of the catalogue. It is declared once, in the file that bears its id.
pub struct Cause {
    /// Kebab-case, stable for ever.
    pub id: &'static str,
    /// How bad it is where it is found.
    pub severity: Severity,
    /// What is wrong, in a line, without names of a particular build.
    pub title: Words,
    /// What it means and how it comes about, for `explain` and the documentation.
    pub explanation: Words,
    /// The popular advice that makes things worse, and what to do instead.
    pub pitfall: Option<Words>,
    /// Where to read on.
    pub references: &'static [&'static str],
    /// Wordings.
    pub signs: &'static [Sign],
    /// Recognition that needs more than a wording: the typed parts of a message and its surroundings.
    pub judge: Option<Judge>,
    /// The title with this build's own names in it; the plain title where it is `None`.
    pub headline: Option<fn(&Case<'_>) -> Words>,
    /// What the project's files say about it: confirms, refutes, or finds the place.
    pub confirm: Option<Confirm>,
    /// Ways to mend it, made for this build, best first.
    pub fixes: fn(&Case<'_>) -> Vec<Fix>,
}

impl std::fmt::Debug for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

/// Recognition by code, and when to ask it: a judgement costs more than a search for words.
#[derive(Clone, Copy)]
pub struct Judge {
    /// Ask when the message reports a network fault.
    pub fault: bool,
    /// Ask when the message contains one of these words.
    pub words: &'static [&'static str],
    /// The judgement.
    pub decide: fn(&Clue<'_>) -> Option<Verdict>,
}

impl Judge {
    /// One that is only concerned with network faults.
    #[must_use]
    pub const fn of_fault(decide: fn(&Clue<'_>) -> Option<Verdict>) -> Self {
        Self { fault: true, words: &[], decide }
    }
}

/// What a cause thinks of one message.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// How directly the message names the cause; see [`Sign::weight`].
    pub weight: u8,
    /// Other causes are as good an explanation.
    pub ambiguous: bool,
    /// The host, module, image, file or package concerned.
    pub subject: Option<String>,
    /// Byte range of the decisive words.
    pub span: Option<(usize, usize)>,
}

impl Verdict {
    /// A clear verdict without a subject.
    #[must_use]
    pub fn sure(weight: u8) -> Self {
        Self { weight, ambiguous: false, subject: None, span: None }
    }

    /// A verdict that other causes share.
    #[must_use]
    pub fn unsure(weight: u8) -> Self {
        Self { ambiguous: true, ..Self::sure(weight) }
    }

    /// Names what is concerned.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        let subject = subject.into();
        if !subject.is_empty() {
            self.subject = Some(subject);
        }
        self
    }

    /// Marks the decisive words.
    #[must_use]
    pub fn at(mut self, span: (usize, usize)) -> Self {
        self.span = Some(span);
        self
    }
}
