//! From the tree to a plain list of commands, each with what must be known of its surroundings.

use super::SimpleCommand;
use super::parser::{AndOr, List, Node};

#[derive(Clone, Copy)]
struct Context {
    certain: bool,
    fatal: bool,
    subshell: u32,
    substitution: bool,
    piped_into: bool,
    piped_from: bool,
}

/// All simple commands of `list`.
pub(super) fn flatten(list: List, errexit: bool) -> Vec<SimpleCommand> {
    let mut f = Flattener { out: Vec::new(), errexit, exited: false };
    let top = Context {
        certain: true,
        fatal: true,
        subshell: 0,
        substitution: false,
        piped_into: false,
        piped_from: false,
    };
    f.list(list, top);
    f.out
}

struct Flattener {
    out: Vec<SimpleCommand>,
    errexit: bool,
    /// A certain `exit` was passed.
    exited: bool,
}

impl Flattener {
    fn list(&mut self, list: List, context: Context) {
        let last = list.items.len().saturating_sub(1);
        for (i, item) in list.items.into_iter().enumerate() {
            let is_last = i == last;
            self.and_or(item, context, is_last);
        }
    }

    fn and_or(&mut self, item: AndOr, context: Context, is_last: bool) {
        let count = item.pipelines.len();
        // From which pipeline on an `||` catches a failure.
        let caught: Vec<bool> = (0..count)
            .map(|k| item.pipelines[k + 1..].iter().any(|(or, pipeline)| *or && !gives_up(pipeline)))
            .collect();
        // The next `||` ends the script: `a && b || exit 1`.
        let dies: Vec<bool> = (0..count)
            .map(|k| item.pipelines[k + 1..].iter().find(|(or, _)| *or).is_some_and(|(_, p)| gives_up(p)))
            .collect();
        let mut after_or = false;
        for (k, (or, pipeline)) in item.pipelines.into_iter().enumerate() {
            after_or |= or;
            let is_final = k + 1 == count;
            let mut inner = context;
            inner.certain &= !after_or && !self.exited;
            inner.fatal &= !item.background
                && !pipeline.negated
                && !caught[k]
                && (is_last || (self.errexit && is_final) || dies[k]);
            let last = pipeline.commands.len().saturating_sub(1);
            for (i, node) in pipeline.commands.into_iter().enumerate() {
                let mut inner = inner;
                if last > 0 {
                    inner.fatal &= i == last;
                    inner.subshell += 1;
                    inner.piped_into |= i < last;
                    inner.piped_from |= i > 0;
                }
                self.node(node, inner);
            }
        }
    }

    fn node(&mut self, node: Node, context: Context) {
        let maybe = Context { certain: false, ..context };
        let harmless = Context { fatal: false, ..context };
        match node {
            Node::Simple(mut command, lists) => {
                let sub = Context {
                    fatal: context.fatal && command.words.is_empty(),
                    subshell: context.subshell + 1,
                    substitution: true,
                    piped_into: false,
                    piped_from: false,
                    ..context
                };
                for list in lists {
                    self.list(list, sub);
                }
                command.certain = context.certain;
                command.fatal = context.fatal;
                command.subshell = context.subshell;
                command.substitution = context.substitution;
                command.piped_into = context.piped_into;
                command.piped_from = context.piped_from;
                self.options(&command);
                if !command.words.is_empty()
                    || !command.assignments.is_empty()
                    || !command.redirects.is_empty()
                {
                    self.out.push(command);
                }
            }
            Node::Subshell(list) => {
                let errexit = self.errexit;
                self.list(list, Context { subshell: context.subshell + 1, ..context });
                self.errexit = errexit;
            }
            Node::Group(list) => self.list(list, context),
            Node::If { branches, otherwise } => {
                for (i, (condition, body)) in branches.into_iter().enumerate() {
                    self.list(condition, if i == 0 { harmless } else { Context { fatal: false, ..maybe } });
                    self.list(body, maybe);
                }
                if let Some(list) = otherwise {
                    self.list(list, maybe);
                }
            }
            Node::Loop { condition, words, body } => {
                for list in words {
                    self.list(list, Context { substitution: true, ..harmless });
                }
                if let Some(list) = condition {
                    self.list(list, harmless);
                }
                self.list(body, maybe);
            }
            Node::Case(subject, bodies) => {
                for list in subject {
                    self.list(list, Context { substitution: true, ..harmless });
                }
                for list in bodies {
                    self.list(list, maybe);
                }
            }
            Node::Function(list) => self.list(list, Context { fatal: false, ..maybe }),
        }
    }

    /// `set -e`, `exit`.
    fn options(&mut self, command: &SimpleCommand) {
        match command.name() {
            Some("set") => {
                let mut args = command.words.iter().skip(1).filter_map(|w| w.literal()).peekable();
                while let Some(arg) = args.next() {
                    let value = match arg.chars().next() {
                        Some('-') => true,
                        Some('+') => false,
                        _ => break,
                    };
                    if arg.len() == 2 && arg.ends_with('o') {
                        if args.next() == Some("errexit") {
                            self.errexit = value;
                        }
                    } else if arg[1..].contains('e') {
                        self.errexit = value;
                    }
                }
            }
            Some("exit" | "exec") if command.certain && command.subshell == 0 => self.exited = true,
            _ => {}
        }
    }
}

/// The right side of `||` that fails too: `exit 1`, `false`, `{ echo no; exit 1; }`.
fn gives_up(pipeline: &super::parser::Pipeline) -> bool {
    match pipeline.commands.as_slice() {
        [Node::Simple(command, _)] => match command.name() {
            Some("exit") => command.words.get(1).is_none_or(|w| w.literal() != Some("0")),
            Some("false" | "return") => true,
            _ => false,
        },
        [Node::Group(list) | Node::Subshell(list)] => {
            list.items.last().and_then(|i| i.pipelines.last()).is_some_and(|(_, p)| gives_up(p))
        }
        _ => false,
    }
}
