//! Which variables an instruction sees: ARG before FROM, ARG and ENV in a stage, what comes with the base.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::expand::{Expansion, Lex, ShellError, Variable, Variables};
use crate::image::ImageRef;
use crate::instruction::{Args, Dockerfile, Instruction, Keyword};
use crate::stage::Base;

/// Arguments that every build has without declaring them before FROM; their values depend on the builder.
pub const PLATFORM_ARGS: [&str; 8] = [
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
];

/// Arguments that a RUN sees without any ARG line.
pub const PREDEFINED_ARGS: [&str; 10] = [
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "FTP_PROXY",
    "ftp_proxy",
    "NO_PROXY",
    "no_proxy",
    "ALL_PROXY",
    "all_proxy",
];

/// Where a variable got its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The base image.
    Base,
    /// An ARG.
    Arg,
    /// An ENV.
    Env,
    /// The builder.
    Builder,
}

/// A variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// Its text, when the files say it.
    pub text: Option<String>,
    /// What set it.
    pub origin: Origin,
    /// Index of the instruction that set it.
    pub instruction: Option<usize>,
    /// A build argument may change it: it is an ARG, or was made from one.
    pub overridable: bool,
}

/// The variables at one instruction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    values: Arc<BTreeMap<String, Value>>,
    /// The base image sets variables that we do not know.
    open: bool,
}

impl Scope {
    /// Look a variable up.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// Its text, when it is set and known.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name)?.text.as_deref()
    }

    /// All variables by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether the base image may set variables that are not listed here.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Set a variable.
    pub fn set(&mut self, name: &str, value: Value) {
        Arc::make_mut(&mut self.values).insert(name.to_owned(), value);
    }

    /// Expand a word as arguments of instructions are expanded.
    ///
    /// # Errors
    /// As [`Lex::word`].
    pub fn expand(&self, escape: char, word: &str) -> Result<Expansion, ShellError> {
        Lex::new(escape).word(word, self)
    }

    /// Whether a build argument may change what `expansion` became.
    #[must_use]
    pub fn is_overridable(&self, expansion: &Expansion) -> bool {
        expansion.matched.iter().any(|name| self.value(name).is_some_and(|v| v.overridable))
    }

    /// What an instruction does to the variables. `globals` are those before the first FROM.
    fn apply(
        &mut self,
        escape: char,
        at: usize,
        instruction: &Instruction,
        globals: &Self,
        given: &BuildArgs,
    ) {
        match (&instruction.keyword, &instruction.args) {
            (Keyword::Env, Args::Pairs(pairs)) => {
                // All values of one ENV see the variables as they were before it.
                let before = self.clone();
                for pair in pairs {
                    let (text, overridable) = before.evaluate(escape, &pair.value.text);
                    let key =
                        before.evaluate(escape, &pair.key.text).0.unwrap_or_else(|| pair.key.text.clone());
                    self.set(&key, Value { text, origin: Origin::Env, instruction: Some(at), overridable });
                }
            }
            (Keyword::Arg, Args::Arg(decls)) => {
                for decl in decls {
                    let name = decl.name.text.as_str();
                    let value = match (given.get(name), &decl.default) {
                        (Some(text), _) => Some(text.clone()),
                        (None, Some(default)) => self.evaluate(escape, &default.text).0,
                        (None, None) => match globals.value(name) {
                            Some(value) => value.text.clone(),
                            None if self.value(name).is_some() => continue,
                            None => None,
                        },
                    };
                    let overridable = !given.contains_key(name);
                    self.set(
                        name,
                        Value { text: value, origin: Origin::Arg, instruction: Some(at), overridable },
                    );
                }
            }
            _ => {}
        }
    }

    fn evaluate(&self, escape: char, word: &str) -> (Option<String>, bool) {
        match self.expand(escape, word) {
            Ok(e) => (e.known().map(str::to_owned), self.is_overridable(&e) || !e.unknown.is_empty()),
            Err(_) => (None, true),
        }
    }
}

impl Variables for Scope {
    fn get(&self, name: &str) -> Variable<'_> {
        match self.values.get(name) {
            Some(Value { text: Some(text), .. }) => Variable::Set(text),
            Some(_) => Variable::Unknown,
            None if self.open || PREDEFINED_ARGS.contains(&name) => Variable::Unknown,
            None => Variable::Unset,
        }
    }
}

/// Build arguments by name.
pub type BuildArgs = BTreeMap<String, String>;

/// What is known of a base image's environment: `None` when nothing is.
pub type BaseEnv<'a> = dyn Fn(&ImageRef) -> Option<Vec<(String, String)>> + 'a;

impl Dockerfile {
    /// The variables that FROM lines see.
    #[must_use]
    pub fn global_scope(&self, given: &BuildArgs) -> Scope {
        let mut scope = Scope::default();
        for name in PLATFORM_ARGS {
            let text = given.get(name).cloned();
            scope.set(name, Value { text, origin: Origin::Builder, instruction: None, overridable: true });
        }
        let none = Scope::default();
        for (at, instruction) in self.instructions.iter().enumerate() {
            if instruction.stage.is_some() {
                break;
            }
            if instruction.keyword == Keyword::Arg {
                scope.apply(self.escape, at, instruction, &none, given);
            }
        }
        scope
    }

    /// For every instruction the variables it sees, before it takes effect. FROM and what stands before it see the
    /// global ones.
    #[must_use]
    pub fn scopes(&self, given: &BuildArgs, base_env: &BaseEnv<'_>) -> Vec<Scope> {
        let globals = self.global_scope(given);
        let mut scopes = Vec::with_capacity(self.instructions.len());
        let mut ends: Vec<Scope> = Vec::with_capacity(self.stages.len());
        let mut current = globals.clone();
        for (at, instruction) in self.instructions.iter().enumerate() {
            let Some(stage) = instruction.stage else {
                scopes.push(globals.clone());
                continue;
            };
            if instruction.keyword == Keyword::From {
                if let Some(previous) = stage.checked_sub(1) {
                    ends.resize(previous, Scope::default());
                    ends.push(current.clone());
                }
                scopes.push(globals.clone());
                current = match self.stages.get(stage).map(|s| &s.base) {
                    Some(Base::Stage(base)) => ends.get(*base).cloned().unwrap_or_default(),
                    Some(Base::Scratch) => Scope::default(),
                    Some(Base::Image(image)) => image_scope(base_env(image)),
                    _ => Scope { open: true, ..Scope::default() },
                };
                continue;
            }
            scopes.push(current.clone());
            current.apply(self.escape, at, instruction, &globals, given);
        }
        scopes
    }

    /// The variables after the last instruction of the file.
    #[must_use]
    pub fn final_scope(&self, given: &BuildArgs, base_env: &BaseEnv<'_>) -> Scope {
        let mut scopes = self.scopes(given, base_env);
        let globals = self.global_scope(given);
        match (scopes.pop(), self.instructions.last()) {
            (Some(mut scope), Some(last)) => {
                scope.apply(self.escape, self.instructions.len() - 1, last, &globals, given);
                scope
            }
            _ => Scope::default(),
        }
    }
}

fn image_scope(env: Option<Vec<(String, String)>>) -> Scope {
    let Some(env) = env else { return Scope { open: true, ..Scope::default() } };
    let mut scope = Scope::default();
    for (name, text) in env {
        let value = Value { text: Some(text), origin: Origin::Base, instruction: None, overridable: false };
        scope.set(&name, value);
    }
    scope
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str, name: &str) -> Option<Option<String>> {
        let file = Dockerfile::parse(text);
        let scopes = file.scopes(&BuildArgs::new(), &|_| Some(Vec::new()));
        scopes.last().and_then(|s| s.value(name).map(|v| v.text.clone()))
    }

    #[test]
    fn an_arg_before_from_must_be_declared_again() {
        assert_eq!(seen("ARG V=1\nFROM golang:$V\nRUN x", "V"), None);
        assert_eq!(seen("ARG V=1\nFROM golang:$V\nARG V\nRUN x", "V"), Some(Some("1".into())));
        assert_eq!(seen("ARG V=1\nFROM golang\nARG V=2\nRUN x", "V"), Some(Some("2".into())));
    }

    #[test]
    fn stages_inherit_and_env_wins_over_later_use() {
        let text = "FROM scratch AS a\nARG X=1\nENV Y=${X}b\nFROM a\nRUN x";
        assert_eq!(seen(text, "Y"), Some(Some("1b".into())));
        assert_eq!(seen("FROM scratch\nARG T\nENV U=$T\nRUN x", "U"), Some(None));
        assert_eq!(seen("FROM scratch\nENV A=1\nENV A=2 B=$A\nRUN x", "B"), Some(Some("1".into())));
    }
}
