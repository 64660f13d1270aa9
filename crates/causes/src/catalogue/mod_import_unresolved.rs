//! `mod-import-unresolved`: a package is provided by no required module.

use buildlog::chain::position;
use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{edit, run, safe};
use crate::mend::{edits, facts, names, words};
use crate::sign::{hint, sign};

pub(crate) static CAUSE: Cause = Cause {
    id: "mod-import-unresolved",
    severity: Severity::Error,
    title: Words::fixed("a package is provided by no required module", "有包不属于任何已声明依赖的模块"),
    explanation: Words::fixed(
        "Code imports a package that no required module provides. The requirement is missing in go.mod, \
         the package's folder was not copied into the build (or the ignore file drops it), the code that \
         should be there is generated and was not, or the import path is misspelt. `is not in std` for a \
         path without a dot usually means a package of the project itself under a wrong module name.",
        "代码导入了一个不属于任何已声明依赖的包。可能是 go.mod 缺少 require、包所在目录没有复制进构建（或\
         被 .dockerignore 排除）、本应生成的代码没有生成，或导入路径写错了。路径不带点却报 `is not in std`，\
         多半是项目自己的包，但模块名写错了。",
    ),
    pitfall: Some(Words::fixed(
        "`go get` in the Dockerfile takes whatever is newest on that day. Add the requirement in the \
         project and commit it.",
        "在 Dockerfile 里执行 `go get` 会取到当天的最新版本。应当在项目中添加依赖并提交。",
    )),
    references: &[
        "https://go.dev/ref/mod#resolve-pkg-mod",
        "https://go.dev/doc/modules/managing-dependencies",
    ],
    signs: &[
        sign(88, "no required module provides package {};"),
        sign(88, "no required module provides package {}"),
        sign(84, "cannot find module providing package {}"),
        sign(84, "module {} found ({}), but does not contain package {}"),
        sign(84, "found ({}), but does not contain package {}"),
        sign(78, "cannot find package \"{}\""),
        sign(80, "cannot find module for path {}"),
        sign(80, "{}: cannot load {}:"),
        sign(80, "package {} is not in GOROOT ({})"),
        sign(80, "package {} is not in std"),
        sign(80, "import \"{}\": import path must contain"),
        sign(78, "could not import {} ("),
        sign(80, "local import \"{}\" in non-local package"),
        sign(84, "use of internal package {} not allowed"),
        sign(84, "relative import not supported"),
        sign(82, "malformed import path \"{}\""),
        sign(88, "cannot load {}: no matching versions for query"),
        sign(88, "cannot load {}: cannot find module providing package"),
        hint(82, "{}: no buildable Go source files in {}"),
        hint(82, "^package {}: no Go files in {}"),
        hint(82, "cannot find package \"{}\" in any of:"),
    ],
    judge: Some(Judge { fault: false, words: &[".go:"], decide: judge }),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::module::import_unresolved),
    fixes,
};

fn package(case: &Case<'_>) -> Option<String> {
    names::hole(
        case,
        &[
            ("provides package {};", 0),
            ("does not contain package {}", 0),
            ("cannot find package \"{}\"", 0),
            ("providing package {}:", 0),
            ("providing package {}", 0),
            ("package {} is not in", 0),
            ("cannot load {}: ", 0),
            ("provides package {}", 0),
            ("could not import {} (", 0),
            ("no Go files in /go/src/{}", 0),
            ("no buildable Go source files in /go/src/{}", 0),
            ("cannot find module for path {}", 0),
        ],
    )
}

/// A path that no module proxy can have: the project's own, or misspelt.
fn is_own(package: &str) -> bool {
    !package.split('/').next().unwrap_or("").contains('.')
}

fn headline(case: &Case<'_>) -> Words {
    let others = case.subjects.len().saturating_sub(1);
    match package(case) {
        Some(package) if is_own(&package) => {
            words!("the package {package} is not in the build", "构建中没有包 {package}")
        }
        Some(package) if others > 1 && case.text.contains("cannot find package") => {
            words!(
                "no required module provides {package} and {others} others",
                "没有已声明的依赖提供 {package} 等 {others} 个包"
            )
        }
        Some(package) => words!("no required module provides {package}", "没有已声明的依赖提供 {package}"),
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let package = package(case).unwrap_or_else(|| "<package>".to_owned());
    let mut fixes = Vec::new();
    let moved = crate::sign::find("module {} found (", case.text)
        .and_then(|f| names::plain(f.holes[0].split('@').next()?).map(str::to_owned));
    if let Some(module) = moved.filter(|m| !package.contains("/internal/") && package.starts_with(m.as_str()))
    {
        return vec![
            safe(run(
                words!(
                    "see where the package went, and which versions still have it",
                    "查看该包移到了哪里、哪些版本还有它"
                ),
                format!("go list -m -versions {module}"),
            )),
            run(
                words!(
                    "take a version that has the package, or import it from its new place",
                    "使用仍包含该包的版本，或改从新位置导入"
                ),
                format!("go get {module}@<version> && go mod tidy"),
            ),
        ];
    }
    let internal = is_own(&package) || package.contains("/internal/") || package.contains("/gen/");
    let copy = edit(
        words!("copy all sources before building", "构建前复制全部源码"),
        edits::above(case, &["COPY . ."]),
    );
    let ignored = safe(run(
        words!("see whether the package's folder exists and is not ignored", "确认包目录存在且没有被忽略"),
        "grep -n . .dockerignore .gitignore; git ls-files | head -50; head -3 go.mod",
    ));
    if internal {
        if facts::in_docker(case) {
            fixes.push(copy);
        }
        fixes.push(ignored);
        fixes.push(run(
            words!(
                "generated code: generate it before the build, or commit it",
                "生成的代码：在构建前生成，或提交到仓库"
            ),
            "go generate ./...",
        ));
    } else {
        fixes.push(run(
            words!(
                "require it outside the build and commit go.mod and go.sum",
                "在构建之外添加依赖，并提交 go.mod 和 go.sum"
            ),
            format!("go get {package} && go mod tidy && git add go.mod go.sum"),
        ));
        if facts::in_docker(case) {
            fixes.push(copy);
        }
        fixes.push(ignored);
    }
    fixes
}

/// `main.go:9:2: no matching versions for query "latest"`: an import that no module provides.
fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    let place = position(clue.text)?;
    let resolves = place.message.starts_with("no matching versions for query")
        || place.message.starts_with("module ") && place.message.contains("but does not contain package");
    (place.file.ends_with(".go") && resolves).then(|| Verdict::sure(87).about(place.file))
}
