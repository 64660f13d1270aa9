//! What is known of one finding when its texts and fixes are made.

use buildlog::Build;
use buildlog::chain::Fault;

use crate::project::Project;

/// One cause in one build.
#[derive(Debug)]
pub struct Case<'a> {
    /// The decisive message.
    pub text: &'a str,
    /// The distinct hosts, modules, images or files concerned; the first is of the decisive message.
    pub subjects: &'a [String],
    /// The network fault of the decisive message.
    pub fault: Option<&'a Fault>,
    /// The build.
    pub build: &'a Build,
    /// The failing instruction as printed; empty when unknown.
    pub instruction: &'a str,
    /// The project's files, when they may be looked at.
    pub project: Option<&'a Project>,
}

impl Case<'_> {
    /// The first subject, or `fallback`.
    #[must_use]
    pub fn subject_or<'s>(&'s self, fallback: &'s str) -> &'s str {
        self.subjects.first().map_or(fallback, String::as_str)
    }
}
