//! One Dockerfile with its context, and what each of its instructions finds when it runs.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use dockerfile::ignore::{self, IgnoreFile};
use dockerfile::scope::{BuildArgs, Scope};
use dockerfile::sh::{Script, ShellOptions, SimpleCommand, Word};
use dockerfile::{Args, Base, Dockerfile, Instruction, Keyword, Mount};
use gomod::modfile::{GoMod, Mode};

use crate::Options;
use crate::context::{Context, Presence};
use crate::gocmd::GoArgs;
use crate::gosrc::Packages;
use crate::images::{BaseImage, Tri};
use crate::paths;
use crate::project::{BuildDef, Project};
use crate::tree::Kind;
use crate::view::{Found, Map, Op, Origin, StageFiles, Views};

/// How well the context is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sure {
    /// A file of the project says it, or there is only one possibility.
    Yes,
    /// What the Dockerfile names is there, and only there.
    Likely,
    /// One of several folders that fit.
    Guess,
    /// A tool (goreleaser) makes the context up: nothing can be said of it.
    Foreign,
}

/// The state before an instruction.
#[derive(Debug, Clone)]
pub(crate) struct State {
    /// `None` when it cannot be told.
    pub(crate) workdir: Option<String>,
    /// `None`: the base image's, or root.
    pub(crate) user: Option<String>,
    pub(crate) image: Rc<BaseImage>,
    pub(crate) shell: ShellOptions,
    /// Packages and programs installed so far, as named.
    pub(crate) installed: Rc<BTreeSet<String>>,
    /// Steps ran that may have installed anything.
    pub(crate) anything_installed: bool,
    /// How many changes of the stage's files were made.
    pub(crate) ops: usize,
    /// Folders made by root before USER changed.
    pub(crate) root_dirs: Rc<BTreeSet<String>>,
}

/// The module that a go command works in.
#[derive(Debug, Clone)]
pub(crate) enum ModuleAt {
    Found {
        /// Its folder in the stage.
        dir: String,
        /// Its folder in the context, when it comes from there.
        context_dir: Option<String>,
        gomod: Option<Rc<GoMod>>,
    },
    None,
    Unknown,
}

/// A call of the go command in a RUN.
#[derive(Debug, Clone)]
pub(crate) struct GoUse {
    pub(crate) instruction: usize,
    /// Index in the instruction's script.
    pub(crate) command: usize,
    pub(crate) stage: usize,
    pub(crate) args: GoArgs,
    pub(crate) cwd: Option<String>,
    /// Changes of the stage's files made before it.
    pub(crate) ops: usize,
    pub(crate) module: ModuleAt,
    pub(crate) env: Env,
    pub(crate) certain: bool,
    pub(crate) fatal: bool,
}

impl GoUse {
    /// It loads the module it stands in.
    pub(crate) fn loads_module(&self) -> bool {
        let with_version = self.args.rest.iter().any(|w| w.raw.contains('@'));
        match self.args.sub.as_str() {
            "build" | "test" | "vet" | "list" | "generate" | "mod download" | "mod verify" | "mod tidy"
            | "mod vendor" => true,
            "install" | "run" => !with_version,
            _ => false,
        }
    }

    /// It compiles packages of the module.
    pub(crate) fn compiles(&self) -> bool {
        matches!(self.args.sub.as_str(), "build" | "test" | "vet" | "install" | "run") && self.loads_module()
    }

    /// Running it is certain, and the step fails with it.
    pub(crate) fn decisive(&self) -> bool {
        self.certain && self.fatal
    }
}

/// Variables of one command.
#[derive(Debug, Clone, Default)]
pub(crate) struct Env {
    pub(crate) own: BTreeMap<String, Option<String>>,
    scope: Scope,
}

/// What is known of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Var {
    Set(String),
    Unset,
    Unknown,
}

impl Env {
    pub(crate) fn get(&self, name: &str) -> Var {
        if let Some(value) = self.own.get(name) {
            return value.clone().map_or(Var::Unknown, Var::Set);
        }
        match self.scope.value(name) {
            Some(v) => v.text.clone().map_or(Var::Unknown, Var::Set),
            None if self.scope.is_open() => Var::Unknown,
            None => Var::Unset,
        }
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        match self.get(name) {
            Var::Set(text) => Some(text),
            _ => None,
        }
    }

    /// Which instruction set it.
    pub(crate) fn set_by(&self, name: &str) -> Option<usize> {
        if self.own.contains_key(name) {
            return None;
        }
        self.scope.value(name).and_then(|v| v.instruction)
    }

    /// A build argument may change it.
    pub(crate) fn overridable(&self, name: &str) -> bool {
        !self.own.contains_key(name) && self.scope.value(name).is_some_and(|v| v.overridable)
    }
}

/// A Dockerfile ready to be checked.
pub(crate) struct Unit<'t> {
    pub(crate) project: &'t Project<'t>,
    pub(crate) options: &'t Options,
    /// Its path in the project.
    pub(crate) path: String,
    pub(crate) file: Dockerfile,
    pub(crate) sure: Sure,
    pub(crate) views: Views<'t>,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) states: Vec<State>,
    pub(crate) scripts: Vec<Option<Script>>,
    pub(crate) go: Vec<GoUse>,
    pub(crate) packages: Packages,
    /// How the project's files build it.
    pub(crate) builds: Vec<BuildDef>,
    /// The state at the end of each stage.
    pub(crate) ends: Vec<State>,
}

impl<'t> Unit<'t> {
    /// Read and simulate the Dockerfile at `path`. `None` when it cannot be read.
    pub(crate) fn new(project: &'t Project<'t>, options: &'t Options, path: &str) -> Option<Self> {
        let text = project.tree.read(path)?;
        let file = Dockerfile::parse(&text);
        let builds: Vec<BuildDef> =
            project.builds().iter().filter(|b| b.dockerfile.as_deref() == Some(path)).cloned().collect();
        let (root, sure) = choose_context(project, options, path, &file, &builds);
        let ignore = ignore_file(project, &root, path);
        let context = Context::new(project.tree, &root, ignore);
        let scopes = file.scopes(&BuildArgs::new(), &|image| BaseImage::of(image).env());
        let mut unit = Self {
            project,
            options,
            path: path.to_owned(),
            sure,
            views: Views { context, stages: Vec::new(), mounts: BTreeMap::new() },
            scopes,
            states: Vec::new(),
            scripts: Vec::new(),
            go: Vec::new(),
            packages: Packages::default(),
            builds,
            ends: Vec::new(),
            file,
        };
        unit.simulate();
        Some(unit)
    }

    /// What a path is for a go command.
    pub(crate) fn find_for(&self, go: &GoUse, path: &str) -> Found {
        self.views.find_step(go.instruction, go.stage, go.ops, path)
    }

    pub(crate) fn context(&self) -> &Context<'t> {
        &self.views.context
    }

    /// The instructions with their numbers.
    pub(crate) fn instructions(&self) -> impl Iterator<Item = (usize, &Instruction)> {
        self.file.instructions.iter().enumerate()
    }

    /// Expand a word as the instruction sees it; `None` when it is not known.
    pub(crate) fn expand(&self, at: usize, word: &str) -> Option<String> {
        let expansion = self.scopes.get(at)?.expand(self.file.escape, word).ok()?;
        expansion.known().map(str::to_owned)
    }

    /// Whether the stage runs go, by itself or in a stage it is built on.
    pub(crate) fn runs_go(&self, stage: usize) -> bool {
        self.go.iter().any(|g| g.stage == stage)
    }

    /// The last stage: what a plain `docker build` makes.
    pub(crate) fn final_stage(&self) -> Option<usize> {
        self.file.stages.len().checked_sub(1)
    }

    /// Whether a program is there when the instruction runs.
    pub(crate) fn has_tool(&self, at: usize, tool: &str) -> Tri {
        let state = &self.states[at];
        let base = state.image.has(tool);
        if base.yes() || provides(&state.installed, tool) {
            return Tri::Yes;
        }
        if state.anything_installed || base == Tri::Maybe {
            return Tri::Maybe;
        }
        Tri::No
    }

    fn simulate(&mut self) {
        let mut current = State {
            workdir: None,
            user: None,
            image: Rc::new(BaseImage::unknown()),
            shell: ShellOptions::default(),
            installed: Rc::default(),
            anything_installed: false,
            ops: 0,
            root_dirs: Rc::default(),
        };
        for at in 0..self.file.instructions.len() {
            let instruction = self.file.instructions[at].clone();
            let stage = instruction.stage;
            if instruction.keyword == Keyword::From {
                if stage.is_some_and(|s| s > 0) {
                    self.ends.push(current.clone());
                }
                current = self.begin_stage(stage.unwrap_or(0));
            }
            current.ops = stage.map_or(0, |s| self.views.len(s));
            self.states.push(current.clone());
            let script = if instruction.keyword == Keyword::Run {
                self.file.script(&instruction, current.shell)
            } else {
                None
            };
            self.scripts.push(script);
            let Some(stage) = stage else { continue };
            match (&instruction.keyword, &instruction.args) {
                (Keyword::Workdir, Args::Text(word)) => {
                    current.workdir = self.expand(at, &word.text).and_then(|dir| {
                        match (&current.workdir, dir.starts_with('/')) {
                            (_, true) => Some(paths::join("/", &dir)),
                            (Some(base), false) => Some(paths::join(base, &dir)),
                            (None, false) => None,
                        }
                    });
                    if let Some(dir) = current.workdir.clone() {
                        if is_root(current.user.as_deref()) && !self.views.find_final(stage, &dir).exists() {
                            Rc::make_mut(&mut current.root_dirs).insert(dir.clone());
                        }
                        self.views.push(stage, Op::MakeDir(dir));
                    }
                }
                (Keyword::User, Args::Text(word)) => {
                    current.user = Some(self.expand(at, &word.text).unwrap_or_default())
                }
                (Keyword::Shell, Args::Shell(words)) => current.shell = ShellOptions::of(words),
                (Keyword::Copy | Keyword::Add, Args::Copy(_)) => {
                    self.copy(at, stage, &instruction, &mut current)
                }
                (Keyword::Run, _) => self.run(at, stage, &instruction, &mut current),
                _ => {}
            }
        }
        if !self.file.stages.is_empty() {
            self.ends.push(current);
        }
        for stage in 0..self.ends.len() {
            self.ends[stage].ops = self.views.len(stage);
        }
    }

    fn begin_stage(&mut self, stage: usize) -> State {
        let mut files = StageFiles::default();
        let mut state = State {
            workdir: None,
            user: None,
            image: Rc::new(BaseImage::unknown()),
            shell: ShellOptions::default(),
            installed: Rc::default(),
            anything_installed: false,
            ops: 0,
            root_dirs: Rc::default(),
        };
        match self.file.stages.get(stage).map(|s| s.base.clone()) {
            Some(Base::Stage(base)) => {
                if let Some(end) = self.ends.get(base) {
                    state = end.clone();
                }
                files.base = Some(base);
            }
            Some(Base::Scratch) => state.image = Rc::new(BaseImage::scratch()),
            Some(Base::Image(image)) => state.image = Rc::new(BaseImage::of(&image)),
            _ => state.anything_installed = true,
        }
        if files.base.is_none() {
            files.known = state.image.known;
            files.empty = state.image.os == crate::images::Os::Scratch;
            files.golang = state.image.golang;
            if state.image.known {
                state.workdir = Some(state.image.workdir.clone());
                state.user.clone_from(&state.image.user);
            }
        }
        self.views.stages.push(files);
        state
    }

    fn copy(&mut self, at: usize, stage: usize, instruction: &Instruction, current: &mut State) {
        let Args::Copy(copy) = &instruction.args else { return };
        let destination = self.expand(at, &copy.destination.text);
        let target = match (&destination, &current.workdir) {
            (Some(d), _) if d.starts_with('/') => Some(paths::join("/", d)),
            (Some(d), Some(base)) => Some(paths::join(base, d)),
            _ => None,
        };
        let Some(target) = target else {
            self.views.push(stage, Op::Opaque);
            return;
        };
        let slash = destination
            .as_deref()
            .is_some_and(|d| d.ends_with('/') || d.ends_with("/.") || matches!(d, "." | ".." | ""));
        let origin = match instruction.flag("from") {
            None => Origin::Context,
            Some(flag) => match self.file.resolve_from(flag.value(), stage) {
                Base::Stage(source) if source < stage => Origin::Stage(source),
                _ => Origin::Other,
            },
        };
        let exclude: Vec<String> = instruction.flags_named("exclude").map(|f| f.value().to_owned()).collect();
        let exclude = IgnoreFile::from_patterns(exclude.iter().map(String::as_str));
        let parents = instruction.flag("parents").is_some();
        let mut maps = Vec::new();
        let many = copy.sources.len() + instruction.heredocs.len() > 1;
        let into_dir = slash
            || many
            || matches!(self.views.find_final(stage, &target), Found::Context(_, Kind::Dir) | Found::Dir);
        for word in &copy.sources {
            let Some(source) = self.expand(at, &word.text) else {
                self.views.push(stage, Op::MakeUnder(target.clone()));
                continue;
            };
            if source.contains("://") || source.starts_with("git@") || parents {
                self.views.push(stage, Op::MakeUnder(target.clone()));
                continue;
            }
            match &origin {
                Origin::Context => {
                    let clean = paths::in_context(&source);
                    let wild = ignore::has_wildcard(&clean);
                    let sources = if wild { self.context().glob(&clean) } else { vec![clean] };
                    for path in sources {
                        let presence = self.context().presence(&path);
                        let kind = match presence {
                            Presence::Sent(kind) | Presence::Ignored(kind) => kind,
                            Presence::Absent => Kind::File,
                        };
                        let archive = instruction.keyword == Keyword::Add
                            && [".tar", ".gz", ".tgz", ".xz", ".bz2"].iter().any(|e| path.ends_with(e));
                        if archive || kind == Kind::Link {
                            self.views.push(stage, Op::MakeUnder(target.clone()));
                            continue;
                        }
                        if presence == Presence::Absent {
                            // The build fails here unless something makes it first; then anything may be in it.
                            self.views.push(stage, Op::MakeUnder(target.clone()));
                            continue;
                        }
                        maps.push(map_to(&path, kind == Kind::Dir, &target, into_dir || wild));
                    }
                }
                Origin::Stage(_) => {
                    let path = paths::join("/", &source);
                    if ignore::has_wildcard(&path) {
                        self.views.push(stage, Op::MakeUnder(target.clone()));
                        continue;
                    }
                    let Origin::Stage(other) = origin else { continue };
                    match self.views.find_final(other, &path) {
                        Found::Context(_, kind) => {
                            maps.push(map_to(&path, kind == Kind::Dir, &target, into_dir))
                        }
                        _ => {
                            // File or folder: both readings.
                            let to = if into_dir {
                                paths::join(&target, paths::base(&path))
                            } else {
                                target.clone()
                            };
                            self.views.push(stage, Op::MakeUnder(to));
                            if into_dir {
                                self.views.push(stage, Op::MakeUnder(target.clone()));
                            }
                        }
                    }
                }
                Origin::Other => self.views.push(stage, Op::MakeUnder(target.clone())),
            }
        }
        for heredoc in &instruction.heredocs {
            let to = if into_dir { paths::join(&target, &heredoc.name) } else { target.clone() };
            self.views.push(stage, Op::Make(to));
        }
        if origin != Origin::Context
            && ["/usr", "/bin", "/sbin", "/lib", "/"]
                .iter()
                .any(|d| target == *d || target.starts_with(&format!("{d}/")) && *d != "/")
        {
            current.anything_installed = true;
        }
        if !maps.is_empty() {
            self.views.push(stage, Op::Copy { origin, maps, exclude });
        }
    }

    fn run(&mut self, at: usize, stage: usize, instruction: &Instruction, current: &mut State) {
        let Some(script) = self.scripts[at].clone() else {
            self.views.push(stage, Op::Opaque);
            current.anything_installed = true;
            return;
        };
        // Bind mounts are there for this step only.
        let mounts = self.bind_mounts(at, stage, instruction, current);
        self.views.mounts.insert(at, mounts);
        let mut env = Env { own: BTreeMap::new(), scope: self.scopes[at].clone() };
        let mut cwds = vec![(0_u32, current.workdir.clone())];
        for (index, command) in script.commands.iter().enumerate() {
            while cwds.len() > 1 && cwds.last().is_some_and(|(depth, _)| *depth > command.subshell) {
                cwds.pop();
            }
            if cwds.last().is_some_and(|(depth, _)| *depth < command.subshell) {
                let cwd = cwds.last().and_then(|(_, cwd)| cwd.clone());
                cwds.push((command.subshell, cwd));
            }
            self.command(at, stage, index, command, &mut env, &mut cwds, current);
        }
        if script.incomplete {
            self.views.push(stage, Op::Opaque);
        }
    }

    fn bind_mounts(&self, at: usize, stage: usize, instruction: &Instruction, current: &State) -> Vec<Op> {
        let mut ops = Vec::new();
        for flag in instruction.flags_named("mount") {
            let Some(value) = self.expand(at, flag.value()) else {
                ops.push(Op::Opaque);
                continue;
            };
            let Ok(mount) = Mount::parse(&value) else { continue };
            if mount.kind != "bind" {
                continue;
            }
            let (Some(target), base) = (&mount.target, current.workdir.as_deref().unwrap_or("/")) else {
                continue;
            };
            let target = paths::join(base, target);
            let origin = match mount.from.as_deref() {
                None => Origin::Context,
                Some(from) => match self.file.resolve_from(from, stage) {
                    Base::Stage(source) if source < stage => Origin::Stage(source),
                    _ => Origin::Other,
                },
            };
            let source = mount.source.as_deref().unwrap_or("");
            match origin {
                Origin::Context => {
                    let from = paths::in_context(source);
                    let dir = !matches!(self.context().presence(&from), Presence::Sent(Kind::File));
                    let maps = vec![Map { from, to: target, dir }];
                    ops.push(Op::Copy { origin, maps, exclude: IgnoreFile::default() });
                }
                Origin::Stage(_) => {
                    let maps = vec![Map { from: paths::join("/", source), to: target, dir: true }];
                    ops.push(Op::Copy { origin, maps, exclude: IgnoreFile::default() });
                }
                Origin::Other => ops.push(Op::MakeUnder(target)),
            }
        }
        ops
    }

    #[expect(clippy::too_many_arguments, reason = "the simulation's whole state")]
    fn command(
        &mut self,
        at: usize,
        stage: usize,
        index: usize,
        command: &SimpleCommand,
        env: &mut Env,
        cwds: &mut [(u32, Option<String>)],
        current: &mut State,
    ) {
        let cwd = cwds.last().and_then(|(_, cwd)| cwd.clone());
        let literal = |word: &Word, env: &Env| word.expand(&|name| env.text(name));
        for a in command.assignments.iter().filter(|_| command.words.is_empty()) {
            env.own.insert(a.name.clone(), literal(&a.value, env));
        }
        for redirect in &command.redirects {
            if redirect.op.contains('>') {
                match literal(&redirect.target, env).and_then(|t| absolute(cwd.as_deref(), &t)) {
                    Some(path) if path.starts_with("/dev/") => {}
                    Some(path) => self.views.push(stage, Op::Make(path)),
                    None => self.views.push(stage, Op::Opaque),
                }
            }
        }
        let (name, args) = command.effective();
        let Some(name) = name else {
            if !command.words.is_empty() {
                self.views.push(stage, Op::Opaque);
                current.anything_installed = true;
            }
            return;
        };
        let words: Vec<Option<String>> = args.iter().map(|w| literal(w, env)).collect();
        let operands = || words.iter().filter(|w| w.as_deref().is_none_or(|w| !w.starts_with('-')));
        match name {
            "cd" | "pushd" => {
                if let Some((_, slot)) = cwds.last_mut() {
                    *slot = match words.first() {
                        Some(Some(dir)) if dir != "-" => absolute(cwd.as_deref(), dir),
                        None => None,
                        _ => None,
                    };
                    if !command.certain {
                        *slot = None;
                    }
                }
            }
            "export" => {
                for (word, text) in args.iter().zip(&words) {
                    let Some((name, _)) = word.prefix().split_once('=') else { continue };
                    let value = text.as_deref().and_then(|t| t.split_once('=')).map(|(_, v)| v.to_owned());
                    env.own.insert(name.to_owned(), value);
                }
            }
            "unset" => {
                for text in words.iter().flatten() {
                    env.own.insert(text.clone(), Some(String::new()));
                }
            }
            "go" => self.go_command(at, stage, index, command, args, env, cwd.as_deref(), current),
            "mkdir" | "touch" | "install" => {
                for text in operands() {
                    match text.as_deref().and_then(|t| absolute(cwd.as_deref(), t)) {
                        Some(path) => {
                            if name == "mkdir" && is_root(current.user.as_deref()) {
                                Rc::make_mut(&mut current.root_dirs).insert(path.clone());
                            }
                            let op = if name == "mkdir" { Op::MakeDir(path) } else { Op::Make(path) };
                            self.views.push(stage, op);
                        }
                        None => self.views.push(stage, Op::Opaque),
                    }
                }
            }
            "chown" | "chmod" => {
                // Who may write where is open now.
                let dirs = Rc::make_mut(&mut current.root_dirs);
                for text in operands().skip(1) {
                    match text.as_deref().and_then(|t| absolute(cwd.as_deref(), t)) {
                        Some(path) => dirs.retain(|d| paths::below(d, &path).is_none()),
                        None => dirs.clear(),
                    }
                }
            }
            "cp" | "mv" | "ln" => {
                let paths: Vec<_> =
                    operands().map(|w| w.as_deref().and_then(|t| absolute(cwd.as_deref(), t))).collect();
                match paths.last() {
                    Some(Some(to)) => {
                        for from in paths.iter().rev().skip(1).flatten() {
                            self.views.push(stage, Op::MakeUnder(paths::join(to, paths::base(from))));
                        }
                        self.views.push(stage, Op::MakeUnder(to.clone()));
                        if ["/usr", "/bin", "/sbin", "/lib"].iter().any(|d| to.starts_with(d)) {
                            current.anything_installed = true;
                        }
                    }
                    _ => self.views.push(stage, Op::Opaque),
                }
            }
            "rm" => {
                for text in operands().flatten() {
                    if let Some(path) = absolute(cwd.as_deref(), text).filter(|p| !ignore::has_wildcard(p))
                        && command.certain
                    {
                        self.views.push(stage, Op::Remove(path));
                    }
                }
            }
            "apk" | "apt-get" | "apt" | "yum" | "dnf" | "microdnf" | "tdnf" | "zypper" => {
                let set = Rc::make_mut(&mut current.installed);
                for word in args {
                    match word.literal() {
                        Some(text) => {
                            let text = text.split(['=', '~', '<', '>', '@', ':']).next().unwrap_or(text);
                            set.insert(text.to_owned());
                        }
                        None => current.anything_installed = true,
                    }
                }
            }
            _ if HARMLESS.contains(&name) => {}
            "git"
                if matches!(
                    command.subcommand(),
                    Some("clone" | "checkout" | "submodule" | "fetch" | "pull" | "init")
                ) =>
            {
                match cwd {
                    Some(cwd) => self.views.push(stage, Op::MakeUnder(cwd)),
                    None => self.views.push(stage, Op::Opaque),
                }
                for text in operands().flatten() {
                    if let Some(path) = absolute(Some("/"), text).filter(|_| text.starts_with('/')) {
                        self.views.push(stage, Op::MakeUnder(path));
                    }
                }
            }
            "git" => {}
            _ => {
                self.views.push(stage, Op::Opaque);
                current.anything_installed = true;
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the simulation's whole state")]
    fn go_command(
        &mut self,
        at: usize,
        stage: usize,
        index: usize,
        command: &SimpleCommand,
        args: &[Word],
        env: &Env,
        cwd: Option<&str>,
        current: &State,
    ) {
        let parsed = GoArgs::parse(args);
        let mut env = env.clone();
        for a in &command.assignments {
            let value = a.value.expand(&|name| env.text(name));
            env.own.insert(a.name.clone(), value);
        }
        for (name, value) in command.environment() {
            env.own.entry(name).or_insert(value);
        }
        let cwd = match parsed.flag("C") {
            None => cwd.map(str::to_owned),
            Some(dir) => {
                let dir = dir.and_then(|w| w.expand(&|name| env.text(name)));
                dir.and_then(|d| absolute(cwd, &d))
            }
        };
        let ops = self.views.len(stage);
        let module = match &cwd {
            Some(cwd) if parsed.flag("modfile").is_none() => self.module_at(at, stage, ops, cwd),
            _ => ModuleAt::Unknown,
        };
        let effects = self.go_effects(&parsed, &env, cwd.as_deref(), &module);
        self.go.push(GoUse {
            instruction: at,
            command: index,
            stage,
            args: parsed,
            cwd,
            ops,
            module,
            env,
            certain: command.certain,
            fatal: command.fatal && !self.file.instructions[at].flags.iter().any(|f| f.name == "device"),
        });
        let _ = current;
        for op in effects {
            self.views.push(stage, op);
        }
    }

    fn go_effects(&self, args: &GoArgs, env: &Env, cwd: Option<&str>, module: &ModuleAt) -> Vec<Op> {
        let below_cwd = || cwd.map_or(Op::Opaque, |c| Op::MakeUnder(c.to_owned()));
        match args.sub.as_str() {
            "build" | "test" => {
                let output = args.flag("o").and_then(|w| w.map(|w| w.expand(&|name| env.text(name))));
                match output {
                    Some(Some(path)) => match absolute(cwd, &path) {
                        Some(full) if path.ends_with('/') => vec![Op::MakeUnder(full)],
                        Some(full) => {
                            // An existing folder takes the binary in under its own name.
                            let several =
                                args.rest.len() > 1 || args.rest.iter().any(|w| w.raw.contains("..."));
                            if several { vec![Op::MakeUnder(full)] } else { vec![Op::Make(full)] }
                        }
                        None => vec![Op::Opaque],
                    },
                    Some(None) => vec![Op::Opaque],
                    None if args.sub == "test" => Vec::new(),
                    None => match (cwd, self.binary_name(args, module)) {
                        (Some(cwd), Some(name)) => vec![Op::Make(paths::join(cwd, &name))],
                        _ => vec![below_cwd()],
                    },
                }
            }
            "install" => {
                let gobin = match env.get("GOBIN") {
                    Var::Set(dir) if !dir.is_empty() => Some(dir),
                    Var::Unknown => None,
                    _ => match env.get("GOPATH") {
                        Var::Set(dir) => Some(format!("{dir}/bin")),
                        Var::Unset => Some("/root/go/bin".to_owned()),
                        Var::Unknown => None,
                    },
                };
                match gobin {
                    Some(dir) => vec![Op::MakeUnder(paths::join("/", &dir))],
                    None => vec![Op::Opaque],
                }
            }
            "mod init" => cwd.map_or(vec![Op::Opaque], |c| vec![Op::Make(format!("{c}/go.mod"))]),
            "mod tidy" | "get" | "mod edit" | "work init" | "work use" | "work sync" | "work vendor"
            | "mod vendor" => match module {
                ModuleAt::Found { dir, .. } if args.sub == "mod vendor" => {
                    vec![Op::MakeUnder(format!("{dir}/vendor"))]
                }
                ModuleAt::Found { dir, .. } if args.sub == "mod tidy" => {
                    vec![Op::MakeUnder(format!("{dir}/go.sum"))]
                }
                ModuleAt::Found { .. } if args.sub == "get" || args.sub == "mod edit" => {
                    vec![below_cwd()]
                }
                _ => vec![below_cwd()],
            },
            "mod download" | "mod verify" | "vet" | "list" | "env" | "version" | "clean" | "fmt"
            | "mod graph" | "mod why" | "help" | "doc" | "telemetry" => Vec::new(),
            _ => vec![Op::Opaque],
        }
    }

    /// The name of what `go build` without `-o` makes.
    fn binary_name(&self, args: &GoArgs, module: &ModuleAt) -> Option<String> {
        match args.rest.as_slice() {
            [one] => {
                let text = one.literal()?;
                if text.contains("...") {
                    return None;
                }
                if let Some(file) = text.strip_suffix(".go") {
                    return Some(paths::base(file).to_owned());
                }
                let name = paths::base(text.trim_end_matches('/'));
                if name == "." || name == ".." { module_base(module) } else { Some(name.to_owned()) }
            }
            [] => module_base(module),
            _ => None,
        }
    }

    /// Walk up from `cwd` to a go.mod.
    pub(crate) fn module_at(&self, at: usize, stage: usize, ops: usize, cwd: &str) -> ModuleAt {
        let mut dir = cwd.to_owned();
        loop {
            let path = paths::join(&dir, "go.mod");
            match self.views.find_step(at, stage, ops, &path) {
                Found::Context(from, Kind::File) => {
                    let text = self.context().read(&from);
                    let gomod = text.map(|t| Rc::new(GoMod::parse_partial(&t, Mode::Main).0));
                    let context_dir = Some(paths::parent(&from).to_owned());
                    return ModuleAt::Found { dir, context_dir, gomod };
                }
                Found::Context(..) | Found::Made | Found::Dir => {
                    return ModuleAt::Found { dir, context_dir: None, gomod: None };
                }
                Found::Maybe => return ModuleAt::Unknown,
                Found::No => {}
            }
            if dir == "/" {
                return ModuleAt::None;
            }
            dir = paths::parent(&dir).to_owned();
        }
    }
}

/// Commands that change nothing that matters here.
const HARMLESS: [&str; 53] = [
    "echo",
    "printf",
    "true",
    "false",
    ":",
    "set",
    "test",
    "[",
    "[[",
    "ls",
    "cat",
    "pwd",
    "id",
    "whoami",
    "uname",
    "env",
    "date",
    "sleep",
    "adduser",
    "addgroup",
    "useradd",
    "groupadd",
    "usermod",
    "update-ca-certificates",
    "which",
    "file",
    "du",
    "df",
    "grep",
    "sed",
    "awk",
    "head",
    "tail",
    "cut",
    "tr",
    "sort",
    "wc",
    "strip",
    "upx",
    "ldd",
    "gofmt",
    "golangci-lint",
    "staticcheck",
    "exit",
    "shopt",
    "ulimit",
    "ssh-keyscan",
    "dpkg",
    "dpkg-architecture",
    "stat",
    "basename",
    "dirname",
    "setcap",
];

pub(crate) fn is_root(user: Option<&str>) -> bool {
    matches!(user.map(|u| u.split(':').next().unwrap_or(u)), None | Some("root" | "0" | ""))
}

fn absolute(cwd: Option<&str>, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return Some(paths::join("/", path));
    }
    cwd.map(|c| paths::join(c, path))
}

fn module_base(module: &ModuleAt) -> Option<String> {
    let ModuleAt::Found { gomod: Some(gomod), .. } = module else { return None };
    let path = gomod.module.as_ref()?.path.as_str();
    let last = paths::base(path);
    let is_major = last.strip_prefix('v').is_some_and(|n| n.parse::<u32>().is_ok_and(|n| n > 1));
    Some(if is_major { paths::base(paths::parent(path)).to_owned() } else { last.to_owned() })
}

fn map_to(path: &str, dir: bool, target: &str, into_dir: bool) -> Map {
    let to = if into_dir && !dir { paths::join(target, paths::base(path)) } else { target.to_owned() };
    Map { from: path.to_owned(), to, dir }
}

/// Whether one of the installed packages brings the program.
fn provides(installed: &BTreeSet<String>, tool: &str) -> bool {
    let any = |list: &[&str]| list.iter().any(|p| installed.contains(*p));
    any(&[tool])
        || match tool {
            "gcc" | "cc" | "g++" => {
                any(&[
                    "build-base",
                    "build-essential",
                    "gcc",
                    "g++",
                    "clang",
                    "alpine-sdk",
                    "musl-dev",
                    "zig",
                    "llvm",
                    "gcc-c++",
                ]) || installed
                    .iter()
                    .any(|p| p.starts_with("gcc-") || p.starts_with("clang") || p.starts_with("crossbuild-"))
            }
            "make" => any(&["build-base", "build-essential", "alpine-sdk"]),
            "git" => any(&["alpine-sdk", "git-lfs", "git-core"]),
            "ssh" => any(&["openssh", "openssh-client", "openssh-client-default"]),
            "python3" | "python" => installed.iter().any(|p| p.starts_with("python")),
            "node" | "npm" => any(&["nodejs", "npm", "nodejs-current"]),
            "protoc" => any(&["protobuf", "protobuf-dev", "protobuf-compiler", "protoc"]),
            "bash" => any(&["alpine-sdk"]),
            "gpg" => any(&["gnupg"]),
            "hg" => any(&["mercurial"]),
            "svn" => any(&["subversion"]),
            "bzr" => any(&["breezy", "bazaar"]),
            "useradd" | "groupadd" => any(&["shadow"]),
            "pkg-config" => any(&["pkgconf", "pkgconfig", "build-base"]),
            _ => false,
        }
}

/// The ignore file of a context for a Dockerfile.
pub(crate) fn ignore_file(
    project: &Project<'_>,
    root: &str,
    dockerfile: &str,
) -> Option<(String, IgnoreFile)> {
    let beside = format!("{dockerfile}.dockerignore");
    for path in [beside, paths::join(root, ".dockerignore")] {
        if let Some(text) = project.tree.read(&path) {
            // An empty file beside the Dockerfile is passed over as if it were not there.
            if text.is_empty()
                && path.ends_with(".dockerignore")
                && path != ".dockerignore"
                && path.starts_with(dockerfile)
            {
                continue;
            }
            return Some((path, IgnoreFile::parse(&text)));
        }
    }
    None
}

fn choose_context(
    project: &Project<'_>,
    options: &Options,
    path: &str,
    file: &Dockerfile,
    builds: &[BuildDef],
) -> (String, Sure) {
    if let Some(context) = &options.context {
        return (context.clone(), Sure::Yes);
    }
    let own = paths::parent(path).to_owned();
    if released_elsewhere(project, path) {
        return (own, Sure::Foreign);
    }
    let mut explicit: Vec<String> = builds.iter().filter_map(|b| b.context.clone()).collect();
    explicit.sort();
    explicit.dedup();
    if let [one] = explicit.as_slice() {
        return (one.clone(), Sure::Yes);
    }
    let mut candidates = explicit.clone();
    if candidates.is_empty() {
        candidates.push(own.clone());
        let mut dir = own.as_str();
        while !dir.is_empty() {
            dir = paths::parent(dir);
            candidates.push(dir.to_owned());
        }
    }
    let runs_go = file.instructions.iter().any(|i| i.keyword == Keyword::Run && i.line.text.contains("go "));
    let scores: Vec<(u32, u32, bool)> = candidates.iter().map(|c| fit(project, file, c)).collect();
    // What fits whole, then what has a module where go runs, then what has most; of equals the nearest.
    let rank = |&(there, all, module): &(u32, u32, bool)| (there == all, module && runs_go, there);
    let Some(best) = (0..candidates.len()).max_by_key(|&i| (rank(&scores[i]), std::cmp::Reverse(i))) else {
        return (own, Sure::Guess);
    };
    let (there, all, module) = scores[best];
    // Go files beside the Dockerfile may be all there is to build.
    let own_sources = !own.is_empty()
        && candidates[best] != own
        && there == 0
        && project.tree.list(&own).iter().any(|e| e.name.ends_with(".go"));
    if own_sources {
        return (own, Sure::Guess);
    }
    let sure = if own.is_empty() && explicit.is_empty() {
        Sure::Yes
    } else if there == all && (there > 0 || (module && runs_go)) || there > 1 {
        Sure::Likely
    } else {
        Sure::Guess
    };
    (candidates[best].clone(), sure)
}

/// The destination is a folder of the same name: a folder is meant.
fn whole(instruction: &Instruction) -> bool {
    let Args::Copy(copy) = &instruction.args else { return false };
    copy.sources.len() > 1
        || copy
            .sources
            .iter()
            .any(|s| paths::base(copy.destination.text.trim_end_matches('/')) == paths::base(&s.text))
}

/// How many of the files that COPY names by name are in a folder, of how many; whether a go.mod is there.
fn fit(project: &Project<'_>, file: &Dockerfile, context: &str) -> (u32, u32, bool) {
    let (mut there, mut all) = (0, 0);
    for i in file.instructions.iter().filter(|i| i.flag("from").is_none()) {
        let Args::Copy(copy) = &i.args else { continue };
        for word in &copy.sources {
            let path = paths::in_context(&word.text);
            if word.text.contains(['$', '*', '?', '[']) || word.text.contains("://") || path.is_empty() {
                continue;
            }
            all += 1;
            let entry = project.tree.entry(&paths::join(context, &path));
            // `COPY server /` beside a folder of that name means the program, not the folder.
            let program = !word.text.contains(['/', '.'])
                && entry.as_ref().is_some_and(|e| e.kind == Kind::Dir)
                && !whole(i);
            there += u32::from(entry.is_some() && !program);
        }
    }
    (there, all, project.tree.entry(&paths::join(context, "go.mod")).is_some())
}

/// goreleaser builds images in a folder of its own that holds the binaries.
fn released_elsewhere(project: &Project<'_>, path: &str) -> bool {
    project.texts().iter().any(|(name, text)| {
        let name = paths::base(name);
        (name.starts_with(".goreleaser") || name.starts_with("goreleaser"))
            && text.contains("docker")
            && (text.contains(path) || (path == "Dockerfile" && !text.contains("dockerfile:")))
    })
}
