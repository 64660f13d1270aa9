//! `other-ecosystem`: a tool of another language failed, not Go.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::foreign;
use crate::mend::remedy::{run, safe};
use crate::mend::words;
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "other-ecosystem",
    severity: Severity::Error,
    title: Words::fixed("a tool of another language failed, not Go", "失败的是其他语言的工具，而不是 Go"),
    explanation: Words::fixed(
        "The step that failed belongs to another language: npm, yarn, pip, cargo, Maven, CMake and so on. \
         Seaworthy knows Go; the lines quoted are that tool's own. A front end is often built in the same \
         Dockerfile as the Go program.",
        "失败的步骤属于其他语言的工具：npm、yarn、pip、cargo、Maven、CMake 等。Seaworthy 专注于 Go，引用的\
         是该工具自己的输出。前端往往与 Go 程序在同一个 Dockerfile 中构建。",
    ),
    pitfall: None,
    references: &["https://docs.docker.com/guides/", "https://docs.docker.com/build/building/multi-stage/"],
    signs: &[
        sign(90, "npm ERR! {}"),
        sign(90, "npm error {}"),
        sign(88, "^npm ERR!"),
        sign(88, "^npm error"),
        sign(88, "error Command failed with exit code"),
        sign(86, "^error An unexpected error occurred: "),
        sign(86, "^error Couldn't find "),
        sign(86, "error Your lockfile needs to be updated"),
        sign(86, "The engine \"node\" is incompatible"),
        sign(88, "ERR_PNPM_{}"),
        sign(84, "➤ YN0"),
        sign(84, "Error: Cannot find module '{}'"),
        sign(80, "SyntaxError: "),
        sign(80, "ReferenceError: "),
        sign(80, "error TS{}: "),
        sign(82, "Module not found: Error: "),
        sign(80, "ELIFECYCLE"),
        sign(88, "ERROR: Could not find a version that satisfies the requirement {} "),
        sign(88, "ERROR: No matching distribution found for {}"),
        sign(86, "No matching distribution found for {}"),
        sign(86, "error: externally-managed-environment"),
        sign(84, "ERROR: Failed building wheel for {}"),
        sign(84, "error: subprocess-exited-with-error"),
        sign(84, "ERROR: Command errored out with exit status"),
        sign(80, "Traceback (most recent call last):"),
        sign(80, "ModuleNotFoundError: No module named {}"),
        sign(80, "ImportError: "),
        sign(80, "RuntimeError: "),
        sign(84, "Could not find a version that satisfies the requirement"),
        sign(84, "Command \"python setup.py egg_info\" failed"),
        sign(84, "PackagesNotFoundError: "),
        sign(84, "ResolvePackageNotFound"),
        sign(84, "CondaHTTPError"),
        sign(84, "UnsatisfiableError: "),
        sign(88, "error: could not compile `{}`"),
        sign(86, "^error[E{}]: "),
        sign(84, "error: failed to select a version for"),
        sign(84, "error: failed to run custom build command for"),
        sign(84, "error: package `{}` cannot be built because it requires rustc"),
        sign(84, "error: failed to parse manifest at"),
        sign(84, "error: no matching package named"),
        sign(86, "[ERROR] Failed to execute goal"),
        sign(84, "[ERROR] BUILD FAILURE"),
        sign(84, "BUILD FAILURE"),
        sign(84, "[ERROR] COMPILATION ERROR"),
        sign(84, "FAILURE: Build failed with an exception."),
        sign(80, "* What went wrong:"),
        sign(82, "Execution failed for task '{}'"),
        sign(84, "Could not resolve dependencies for project"),
        sign(84, "error: release version {} not supported"),
        sign(84, "Bundler could not find compatible versions"),
        sign(84, "Gem::"),
        sign(82, "An error occurred while installing {} ("),
        sign(82, "Your Ruby version is {}, but your Gemfile"),
        sign(82, "Could not find gem '{}'"),
        sign(82, "ERROR:  Could not find a valid gem"),
        sign(82, "ERROR:  Error installing {}:"),
        sign(82, "Your requirements could not be resolved to an installable set of packages"),
        sign(80, "PHP Fatal error: "),
        sign(80, "error NU1{}: "),
        sign(80, "error CS{}: "),
        sign(80, "error MSB{}: "),
        sign(80, "It was not possible to find any installed .NET"),
        sign(80, "error NETSDK"),
        sign(82, "CMake Error at {}"),
        sign(82, "CMake Error"),
        sign(80, "-- Configuring incomplete, errors occurred!"),
        sign(80, "configure: error: "),
        sign(78, "ninja: build stopped: "),
        sign(84, "** (Mix) "),
        sign(84, "error: expected {} before"),
        sign(76, "^{}.c:{}: error: "),
        sign(76, "^{}.cpp:{}: error: "),
        sign(76, "^{}.cc:{}: error: "),
        sign(76, "^{}.h:{}: error: "),
        sign(76, "^{}.cxx:{}: error: "),
        sign(76, "^{}.java:{}: error: "),
        sign(82, "Error: Could not find or load main class"),
        sign(80, "error: Could not find `Cargo.toml`"),
        sign(84, "[cabal-"),
        sign(80, "ERROR: {}BUILD{}: "),
        sign(82, "Cannot find module '{}'"),
        sign(82, "gyp ERR! "),
        sign(82, "node-pre-gyp ERR!"),
        sign(82, "lerna ERR!"),
        sign(80, "Can't locate {} in @INC"),
        sign(80, "Error in library("),
        sign(80, "ERROR: dependency {} is not available for package"),
        sign(80, "JavaScript heap out of memory"),
        sign(86, "error: failed to get `{}` as a dependency of package"),
        sign(82, "failed to fetch `https://github.com/rust-lang/crates.io-index`"),
        sign(84, "bower {} ECONFLICT"),
        sign(84, "ERROR:  While executing gem"),
        sign(82, "error: Could not find suitable distribution for"),
        sign(82, "PLUGIN_ERROR"),
        sign(80, "UnresolvableModelException"),
        sign(80, "Fatal error: Allowed memory size of {} bytes exhausted"),
        sign(80, "could not find `Cargo.toml`"),
        sign(80, "ERR_PACKAGE_PATH_NOT_EXPORTED"),
        sign(78, "ArgumentError: "),
        sign(76, "rake aborted!"),
        sign(80, "failed to parse manifest at"),
    ],
    judge: Some(Judge {
        fault: false,
        words: &[
            "not found",
            "fatal error",
            "ld",
            "gcc",
            "make: ",
            "error: ",
            "undefined reference",
            "ackage",
            "ompiler",
            "COMPILER",
            "kind of name",
        ],
        decide: judge,
    }),
    headline: Some(headline),
    confirm: None,
    fixes,
};

/// The tool, and how its own package mirror or verbose mode is set.
fn tool(case: &Case<'_>) -> Option<&'static str> {
    let both = [case.text, case.instruction];
    let says = |words: &[&str]| both.iter().any(|t| words.iter().any(|w| t.contains(w)));
    Some(if says(&["npm ", "npm_", "gyp ERR"]) {
        "npm"
    } else if says(&["yarn", "YN0"]) {
        "yarn"
    } else if says(&["pnpm", "ERR_PNPM", "ELIFECYCLE"]) {
        "pnpm"
    } else if says(&["pip ", "pip3 ", "matching distribution", "satisfies the requirement"]) {
        "pip"
    } else if says(&["cargo", "could not compile `", "rustc"]) {
        "cargo"
    } else if says(&["mvn", "Failed to execute goal", "BUILD FAILURE"]) {
        "Maven"
    } else if says(&["gradle", "Execution failed for task"]) {
        "Gradle"
    } else if says(&["CMake"]) {
        "CMake"
    } else if says(&["bundle", "gem "]) {
        "Bundler"
    } else {
        return None;
    })
}

fn headline(case: &Case<'_>) -> Words {
    match tool(case) {
        Some(tool) => words!("{tool} failed, not Go", "失败的是 {tool}，而不是 Go"),
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let network = [
        "ETIMEDOUT",
        "ECONNRESET",
        "EAI_AGAIN",
        "timed out",
        "ConnectTimeout",
        "Could not transfer",
        "spurious network",
    ]
    .iter()
    .any(|w| case.text.contains(w));
    let mirror = match tool(case) {
        Some("npm" | "yarn" | "pnpm") => Some("npm config set registry https://registry.npmmirror.com"),
        Some("pip") => Some("pip config set global.index-url https://mirrors.aliyun.com/pypi/simple/"),
        _ => None,
    };
    let mut fixes = Vec::new();
    if let Some(command) = mirror.filter(|_| network) {
        fixes.push(run(
            words!("take packages from a mirror this network reaches", "改用当前网络可达的镜像源"),
            command,
        ));
    }
    let command = crate::mend::edits::command(case);
    fixes.push(safe(run(
        words!(
            "run the same command in that stage and read its own log",
            "在该阶段中运行同样的命令，查看它自己的日志"
        ),
        command.map_or_else(
            || "docker build --target <stage> --progress=plain .".to_owned(),
            |c| format!("docker run --rm -it -v \"$PWD\":/src -w /src <image-of-that-stage> sh -c '{c}'"),
        ),
    )));
    fixes
}

/// A C compiler's complaint, or a missing helper command, in a step that runs another language's tools and no Go.
fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    if clue.scene.go {
        return None;
    }
    let text = clue.text.trim();
    if foreign::is_of_any_c(text) {
        return Some(Verdict::sure(80));
    }
    let helper = text
        .strip_suffix(": not found")
        .is_some_and(|head| !head.rsplit(' ').next().unwrap_or("").contains('/'))
        && foreign::runs_foreign(clue.scene.instruction);
    helper.then(|| Verdict::sure(86))
}
