//! The grammar: lists, pipelines, compound commands.

use super::lexer::Token;
use super::{Assignment, Redirect, SimpleCommand, Word};

/// `a && b; c`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct List {
    pub(super) items: Vec<AndOr>,
}

/// Pipelines joined by `&&` and `||`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct AndOr {
    /// `true`: joined to the one before by `||`.
    pub(super) pipelines: Vec<(bool, Pipeline)>,
    /// Followed by `&`.
    pub(super) background: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Pipeline {
    pub(super) negated: bool,
    pub(super) commands: Vec<Node>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    Simple(SimpleCommand, Vec<List>),
    Subshell(List),
    Group(List),
    If {
        branches: Vec<(List, List)>,
        otherwise: Option<List>,
    },
    /// `for`, `while`, `until`, with the words of `for`.
    Loop {
        condition: Option<List>,
        words: Vec<List>,
        body: List,
    },
    Case(Vec<List>, Vec<List>),
    Function(List),
}

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) token_start: usize,
    pub(super) incomplete: bool,
    pub(super) depth: u32,
    peeked: Option<(Token, usize, usize)>,
    /// Here-documents whose bodies follow the current line.
    heredocs: Vec<(String, bool)>,
}

const MAX_DEPTH: u32 = 40;

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, token_start: 0, incomplete: false, depth: 0, peeked: None, heredocs: Vec::new() }
    }

    fn peek(&mut self) -> &Token {
        if self.peeked.is_none() {
            let token = self.lex();
            self.peeked = Some((token, self.token_start, self.at));
        }
        match &self.peeked {
            Some((token, _, _)) => token,
            None => &Token::End,
        }
    }

    fn next(&mut self) -> Token {
        match self.peeked.take() {
            Some((token, start, end)) => {
                self.token_start = start;
                self.at = end;
                token
            }
            None => self.lex(),
        }
    }

    fn keyword(&mut self) -> Option<String> {
        match self.peek() {
            Token::Word(word, _) if !word.quoted => word.literal().map(str::to_owned),
            _ => None,
        }
    }

    fn at_keyword(&mut self, words: &[&str]) -> bool {
        self.keyword().is_some_and(|k| words.contains(&k.as_str()))
    }

    fn expect(&mut self, word: &str) {
        if self.at_keyword(&[word]) {
            self.next();
        } else {
            self.incomplete = true;
        }
    }

    /// A whole script: nothing ends it but its end.
    pub(super) fn script(&mut self) -> List {
        let mut list = List::default();
        loop {
            let mut part = self.list(&[]);
            list.items.append(&mut part.items);
            match self.next() {
                Token::End => return list,
                // A stray `)`, `fi` or the like.
                _ => self.incomplete = true,
            }
        }
    }

    /// After `$(`: up to and with the bracket that closes it.
    pub(super) fn list_until_paren(&mut self) -> List {
        let outer = self.peeked.take();
        let list = self.list(&[]);
        if self.next() != Token::Op(")") {
            self.incomplete = true;
        }
        self.peeked = outer;
        list
    }

    /// Commands up to one of `stops`, a `)`, `;;` or the end; that token is not taken.
    fn list(&mut self, stops: &[&str]) -> List {
        let mut list = List::default();
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.incomplete = true;
            self.peeked = None;
            self.at = self.text.len();
        }
        loop {
            match self.peek() {
                Token::End | Token::Op(")" | ";;" | ";&" | ";;&") => break,
                Token::Newline | Token::Op(";" | "&") => {
                    self.next();
                    continue;
                }
                _ => {}
            }
            let ends = ["then", "else", "elif", "fi", "do", "done", "esac", "}"];
            if self.at_keyword(stops) || self.at_keyword(&ends) {
                break;
            }
            let before = self.at;
            let mut item = self.and_or();
            if *self.peek() == Token::Op("&") {
                self.next();
                item.background = true;
            }
            list.items.push(item);
            if self.at == before && self.peeked.is_none() {
                break;
            }
        }
        self.depth -= 1;
        list
    }

    fn and_or(&mut self) -> AndOr {
        let mut out = AndOr::default();
        let mut or = false;
        loop {
            let pipeline = self.pipeline();
            out.pipelines.push((or, pipeline));
            or = match self.peek() {
                Token::Op("&&") => false,
                Token::Op("||") => true,
                _ => return out,
            };
            self.next();
            self.skip_newlines();
        }
    }

    fn skip_newlines(&mut self) {
        while *self.peek() == Token::Newline {
            self.next();
        }
    }

    fn pipeline(&mut self) -> Pipeline {
        let mut out = Pipeline::default();
        while self.at_keyword(&["!"]) {
            self.next();
            out.negated = !out.negated;
        }
        loop {
            let node = self.command();
            out.commands.push(node);
            if !matches!(self.peek(), Token::Op("|" | "|&")) {
                return out;
            }
            self.next();
            self.skip_newlines();
        }
    }

    fn command(&mut self) -> Node {
        if *self.peek() == Token::Op("(") {
            self.next();
            let list = self.list(&[]);
            if self.next() != Token::Op(")") {
                self.incomplete = true;
            }
            self.redirects_after();
            return Node::Subshell(list);
        }
        let node = match self.keyword().as_deref() {
            Some("{") => {
                self.next();
                let list = self.list(&["}"]);
                self.expect("}");
                Node::Group(list)
            }
            Some("if") => self.if_command(),
            Some("while" | "until") => {
                self.next();
                let condition = self.list(&["do"]);
                self.expect("do");
                let body = self.list(&["done"]);
                self.expect("done");
                Node::Loop { condition: Some(condition), words: Vec::new(), body }
            }
            Some("for") => self.for_command(),
            Some("case") => self.case_command(),
            Some("function") => {
                self.next();
                self.next();
                if *self.peek() == Token::Op("(") {
                    self.next();
                    self.next();
                }
                self.skip_newlines();
                self.function_body()
            }
            _ => return self.simple(),
        };
        self.redirects_after();
        node
    }

    fn function_body(&mut self) -> Node {
        match self.command() {
            Node::Group(list) | Node::Subshell(list) => Node::Function(list),
            _ => {
                self.incomplete = true;
                Node::Function(List::default())
            }
        }
    }

    fn redirects_after(&mut self) {
        while matches!(self.peek(), Token::Op(op) if is_redirect(op)) {
            self.next();
            self.next();
        }
    }

    fn if_command(&mut self) -> Node {
        let mut branches = Vec::new();
        let mut otherwise = None;
        self.next();
        loop {
            let condition = self.list(&["then"]);
            self.expect("then");
            let body = self.list(&["elif", "else", "fi"]);
            branches.push((condition, body));
            if self.at_keyword(&["elif"]) {
                self.next();
                continue;
            }
            if self.at_keyword(&["else"]) {
                self.next();
                otherwise = Some(self.list(&["fi"]));
            }
            self.expect("fi");
            return Node::If { branches, otherwise };
        }
    }

    fn for_command(&mut self) -> Node {
        self.next();
        let mut words = Vec::new();
        if *self.peek() == Token::Op("(") {
            // for ((i=0; ...)): up to the body.
            while !matches!(self.peek(), Token::End) && !self.at_keyword(&["do", "{"]) {
                self.next();
            }
        } else {
            self.next();
            self.skip_newlines();
            if self.at_keyword(&["in"]) {
                self.next();
                while let Token::Word(..) = self.peek() {
                    if let Token::Word(_, lists) = self.next() {
                        words.extend(lists);
                    }
                }
            }
        }
        while matches!(self.peek(), Token::Newline | Token::Op(";")) {
            self.next();
        }
        self.expect("do");
        let body = self.list(&["done"]);
        self.expect("done");
        Node::Loop { condition: None, words, body }
    }

    fn case_command(&mut self) -> Node {
        self.next();
        let mut subject = Vec::new();
        if let Token::Word(_, lists) = self.next() {
            subject = lists;
        }
        self.skip_newlines();
        self.expect("in");
        let mut bodies = Vec::new();
        loop {
            while matches!(self.peek(), Token::Newline | Token::Op(";;" | ";&" | ";;&" | ";")) {
                self.next();
            }
            if self.at_keyword(&["esac"]) {
                self.next();
                break;
            }
            if *self.peek() == Token::End {
                self.incomplete = true;
                break;
            }
            if *self.peek() == Token::Op("(") {
                self.next();
            }
            // Patterns up to the bracket.
            while !matches!(self.peek(), Token::Op(")") | Token::End) {
                self.next();
            }
            self.next();
            bodies.push(self.list(&["esac"]));
        }
        Node::Case(subject, bodies)
    }

    fn simple(&mut self) -> Node {
        let mut command = SimpleCommand::default();
        let mut lists = Vec::new();
        let mut first = true;
        loop {
            match self.peek() {
                Token::Word(..) => {
                    let Token::Word(word, subs) = self.next() else { break };
                    if first {
                        command.start = word.start;
                        first = false;
                    }
                    command.end = word.end;
                    lists.extend(subs);
                    match assignment(&word) {
                        Some(a) if command.words.is_empty() => command.assignments.push(a),
                        _ => command.words.push(word),
                    }
                }
                Token::Op(op) if is_redirect(op) => {
                    let op = *op;
                    self.next();
                    if first {
                        command.start = self.token_start;
                        first = false;
                    }
                    if let Token::Word(..) = self.peek() {
                        let Token::Word(target, subs) = self.next() else { break };
                        command.end = target.end;
                        lists.extend(subs);
                        if matches!(op, "<<" | "<<-") {
                            self.heredocs.push((target.literal().unwrap_or("").to_owned(), op == "<<-"));
                        }
                        command.redirects.push(Redirect { op: op.to_owned(), target });
                    } else {
                        self.incomplete = true;
                    }
                }
                Token::Op("(") if command.words.len() == 1 && command.assignments.is_empty() => {
                    // name() { ... }
                    self.next();
                    if self.next() != Token::Op(")") {
                        self.incomplete = true;
                    }
                    self.skip_newlines();
                    return self.function_body();
                }
                Token::Op("(") => {
                    self.incomplete = true;
                    self.next();
                }
                _ => break,
            }
        }
        if first {
            // An operator where a command should be.
            self.incomplete = true;
            if !matches!(
                self.peek(),
                Token::End | Token::Newline | Token::Op(")" | ";" | ";;" | "&&" | "||" | "|" | "&")
            ) {
                self.next();
            }
        }
        Node::Simple(command, lists)
    }

    /// After a line end: the bodies of here-documents begun on that line.
    pub(super) fn skip_heredocs(&mut self) {
        for (word, tabs) in std::mem::take(&mut self.heredocs) {
            loop {
                let rest = &self.text[self.at..];
                if rest.is_empty() {
                    break;
                }
                let len = rest.find('\n').map_or(rest.len(), |at| at + 1);
                let line = rest[..len].trim_end_matches(['\r', '\n']);
                let line = if tabs { line.trim_start_matches('\t') } else { line };
                let done = line == word;
                self.at += len;
                if done {
                    break;
                }
            }
        }
    }
}

fn is_redirect(op: &str) -> bool {
    matches!(op, "<" | ">" | ">>" | "<<" | "<<-" | "<<<" | "<&" | ">&" | "<>" | ">|" | "&>" | "&>>")
}

/// `NAME=value`, when the name is not quoted.
fn assignment(word: &Word) -> Option<Assignment> {
    let (name, _) = word.raw.split_once('=')?;
    let (name, append) = match name.strip_suffix('+') {
        Some(name) => (name, true),
        None => (name, false),
    };
    let valid = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !valid {
        return None;
    }
    let skip = name.len() + 1 + usize::from(append);
    let mut value = word.clone();
    value.start += skip;
    value.raw = word.raw[skip..].to_owned();
    if let Some(super::Piece::Literal(text)) = value.pieces.first_mut() {
        *text = text.get(skip..).unwrap_or("").to_owned();
        if text.is_empty() {
            value.pieces.remove(0);
        }
    }
    Some(Assignment { name: name.to_owned(), value, append })
}
