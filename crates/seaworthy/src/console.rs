//! Standard output and error: data goes to the first, everything else to the second.

use crate::args::Color;
use crate::fault::Fault;
use crate::words::{self as w, io_reason, with};
use crate::{env, os};
use finding::{Lang, RenderOptions, Words};
use std::io::{self, IsTerminal, Write as _};

/// How to speak to whoever started us.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Console {
    /// Language of every message.
    pub(crate) lang: Lang,
    /// When to use colours.
    pub(crate) color: Color,
    /// Say nothing beyond the result.
    pub(crate) quiet: bool,
}

/// One of the two outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    /// Data.
    Out,
    /// Everything else.
    Err,
}

impl Stream {
    fn is_terminal(self) -> bool {
        match self {
            Self::Out => io::stdout().is_terminal(),
            Self::Err => io::stderr().is_terminal(),
        }
    }
}

impl Console {
    /// Are colours wanted on `stream`?
    pub(crate) fn colors(self, stream: Stream) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => env::color().unwrap_or_else(|| stream.is_terminal() && !env::dumb_terminal()),
        }
    }

    /// How to render a report for `stream`, or for a file.
    pub(crate) fn render_options(self, stream: Option<Stream>) -> RenderOptions {
        let terminal = stream.filter(|stream| stream.is_terminal());
        let color = stream.is_some_and(|stream| self.colors(stream));
        RenderOptions {
            lang: self.lang,
            color,
            hyperlinks: color && terminal.is_some(),
            width: terminal.and_then(|_| os::width()).map(usize::from),
            quiet: self.quiet,
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// Writes data. A reader that has seen enough (`| head`) is no error.
    pub(crate) fn print(self, text: &str) -> Result<(), Fault> {
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Fault::Write { what: w::STDOUT.clone(), reason: io_reason(&error) })
            }
            _ => Ok(()),
        }
    }

    /// Writes to standard error. Where that is closed there is nobody left to tell.
    pub(crate) fn print_error(self, text: &str) {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Says what is wrong and what helps.
    pub(crate) fn complain(self, fault: &Fault) {
        self.say(&w::ERROR, "\x1b[1;31m", &fault.words());
        for hint in fault.hints() {
            self.say(&w::HINT, "\x1b[1;36m", &hint);
        }
    }

    /// A remark, unless silence is wanted.
    pub(crate) fn note(self, words: &Words) {
        if !self.quiet {
            self.say(&w::NOTE, "\x1b[1;32m", words);
        }
    }

    fn say(self, form: &Words, color: &str, words: &Words) {
        let line = with(form, std::slice::from_ref(words));
        let line = line.get(self.lang);
        // What stands before the message is the head: `error: `.
        let head = line.len() - words.get(self.lang).len();
        let (head, message) = line.split_at(head);
        if self.colors(Stream::Err) {
            self.print_error(&format!("{color}{head}\x1b[0m{message}\n"));
        } else {
            self.print_error(&format!("{head}{message}\n"));
        }
    }
}
