//! Colours and links. Nothing is said by them alone.

use crate::model::Severity;

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Bold,
    Gutter,
    Error,
    Warning,
    Note,
    Help,
    Added,
    Removed,
}

/// Paints, or does not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    pub(super) color: bool,
}

impl Paint {
    pub(super) fn style(self, style: Style, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        let code = match style {
            Style::Bold => "1",
            Style::Gutter => "1;94",
            Style::Error => "1;91",
            Style::Warning => "1;33",
            Style::Note => "1;92",
            Style::Help => "1;96",
            Style::Added => "32",
            Style::Removed => "31",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }

    /// Colours `error[id]` of `error[id]: title` and makes the rest bold; `link` becomes an OSC 8 link on the id.
    pub(super) fn head(self, severity: Severity, text: &str, id: Option<&str>, link: Option<&str>) -> String {
        let split = match id {
            Some(id) => text.find(&format!("[{id}]")).map(|at| at + id.len() + 2),
            None => text.find([':', '：']),
        };
        let (lead, rest) = text.split_at(split.unwrap_or(0));
        let style = match severity {
            Severity::Error => Style::Error,
            Severity::Warning => Style::Warning,
            Severity::Note => Style::Note,
        };
        let lead = match (id, link) {
            (Some(id), Some(link)) => {
                let name = &lead[..lead.len() - id.len() - 2];
                let id =
                    format!("\x1b]8;;{link}\x1b\\{}\x1b]8;;\x1b\\", self.style(style, &format!("[{id}]")));
                format!("{}{id}", self.style(style, name))
            }
            _ => self.style(style, lead),
        };
        format!("{lead}{}", self.style(Style::Bold, rest))
    }
}
