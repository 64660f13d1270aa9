//! Dockerfiles as documents: every byte keeps its place.
//!
//! [`Dockerfile::parse`] reads what BuildKit's own frontend reads (parser directives, continuations, comments inside
//! them, here-documents, flags, both command forms) and, unlike it, goes on after an error. The rest of the crate
//! answers questions about such a document: its [stages](Stage), the [variables](scope) an instruction sees, where a
//! step header printed by a builder comes from ([`Dockerfile::find_instruction`]), what a RUN line [executes](sh),
//! which files an [ignore file](ignore) keeps out, and how an [edit] changes the text without touching the rest.

pub mod edit;
mod expand;
mod find;
mod flags;
mod heredoc;
pub mod ignore;
mod image;
mod instruction;
mod json;
mod logical;
mod parse;
pub mod scope;
pub mod sh;
mod span;
mod stage;
mod words;

pub use expand::{Expansion, Lex, NoVariables, ShellError, Variable, Variables};
pub use flags::{Flag, Mount, MountError};
pub use heredoc::Heredoc;
pub use image::ImageRef;
pub use instruction::{
    ArgDecl, Args, Command, Comment, Copy, Directive, Dockerfile, From, Healthcheck, Instruction, Keyword,
    Pair, SyntaxError, SyntaxErrorKind, Word,
};
pub use logical::Joined;
pub use span::{LineIndex, Position, Span};
pub use stage::{Base, Stage, StageEdge, StageEdgeKind};
