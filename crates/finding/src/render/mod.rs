//! A [`Report`] shown to people and to programs.

mod common;
mod diff;
mod github;
mod html;
mod json;
mod json_schema;
mod junit;
mod markdown;
mod sarif;
mod text;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

pub use json_schema::json_schema;

use crate::model::{Report, Severity};
use crate::words::{Lang, UnknownName, Words};

/// The forms a report can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people at a terminal.
    Text,
    /// The contract for programs; its schema is [`json_schema`].
    Json,
    /// SARIF 2.1.0, for code scanning services.
    Sarif,
    /// GitHub Actions workflow commands, which become annotations.
    Github,
    /// GitHub-flavoured Markdown, for a job summary or a comment.
    Markdown,
    /// JUnit XML, for CI systems that show test reports.
    Junit,
    /// One self-contained page.
    Html,
}

impl Format {
    /// Every format.
    #[must_use]
    pub const fn all() -> &'static [Self] {
        &[Self::Text, Self::Json, Self::Sarif, Self::Github, Self::Markdown, Self::Junit, Self::Html]
    }

    /// The name taken by `--format`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Markdown => "markdown",
            Self::Junit => "junit",
            Self::Html => "html",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = UnknownName;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::all().iter().copied().find(|f| f.name() == s).ok_or_else(|| UnknownName::new("format", s))
    }
}

/// A cause as the catalogue describes it, apart from any build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Id of the cause.
    pub id: &'static str,
    /// One line: what is wrong.
    pub title: Words,
    /// What it means and what usually helps.
    pub explanation: Words,
    /// How bad it usually is.
    pub severity: Severity,
    /// Address of its documentation page, if it has one.
    pub help_uri: Option<Cow<'static, str>>,
}

/// What a caller may choose about the output.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RenderOptions {
    /// Language of every sentence; ids and keys stay as they are.
    pub lang: Lang,
    /// Text only: ANSI colours. Nothing is said by colour alone.
    pub color: bool,
    /// Text only: OSC 8 links from a cause's id to its documentation.
    pub hyperlinks: bool,
    /// Text only: columns of the terminal; without one, lines are laid out for 120.
    pub width: Option<usize>,
    /// Text only: nothing about builds that did not fail, no remarks, only the first finding.
    pub quiet: bool,
    /// Our version, for the forms that name their producer.
    pub tool_version: String,
}

/// Renders `reports` as `format`.
///
/// One report gives the single form, several the form for many (JSON: `seaworthy.reports/1`; text: a table by cause
/// first). `rules` describes the causes the catalogue knows; SARIF lists them, text and HTML link to their pages.
/// The result ends with a newline unless it is empty (GitHub annotations and quiet text of a build without a
/// finding).
#[must_use]
pub fn render(reports: &[Report], format: Format, rules: &[Rule], opts: &RenderOptions) -> String {
    match format {
        Format::Text => text::render(reports, rules, opts),
        Format::Json => json::render(reports, opts.lang),
        Format::Sarif => sarif::render(reports, rules, opts),
        Format::Github => github::render(reports, opts.lang),
        Format::Markdown => markdown::render(reports, rules, opts.lang),
        Format::Junit => junit::render(reports, opts),
        Format::Html => html::render(reports, rules, opts),
    }
}
