//! `mod-path-mismatch`: the module declares another path than the one it is required by.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::Cause;
use crate::mend::remedy::{run, safe};
use crate::mend::{names, words};
use crate::sign::{hint, sign};

pub(crate) static CAUSE: Cause = Cause {
    id: "mod-path-mismatch",
    severity: Severity::Error,
    title: Words::fixed(
        "the module declares another path than the one it is required by",
        "模块声明的路径与引用它的路径不一致",
    ),
    explanation: Words::fixed(
        "The module's own go.mod gives another path than the one it is required by: it moved \
         (github.com/Sirupsen/logrus became github.com/sirupsen/logrus), the case of letters differs, a \
         fork kept the original's path, or a major version lacks its `/v2`. Go insists on one name for \
         one module.",
        "模块自己的 go.mod 声明的路径与引用它的路径不同：模块搬了家（github.com/Sirupsen/logrus 变成了 \
         github.com/sirupsen/logrus）、大小写不同、fork 保留了原路径，或主版本缺少 `/v2` 后缀。Go 要求一个\
         模块只有一个名字。",
    ),
    pitfall: None,
    references: &[
        "https://go.dev/ref/mod#go-mod-file-module",
        "https://go.dev/ref/mod#major-version-suffixes",
    ],
    signs: &[
        sign(93, "module declares its path as: {}"),
        sign(88, "but was required as: {}"),
        sign(90, "code in directory {} expects import \"{}\""),
        sign(88, "parsing go.mod: unexpected module path \"{}\""),
        sign(86, "go.mod has post-v{} module path \"{}\""),
        sign(86, "go.mod has non-.../v{} module path \"{}\""),
        sign(84, "invalid version: module contains a go.mod file, so {}"),
        sign(84, "invalid version: go.mod has"),
        sign(84, "case-insensitive import collision: \"{}\""),
        sign(84, "module path must match major version"),
        hint(84, "should be v0 or v1, not v"),
        hint(84, "should be v{}, not v"),
    ],
    judge: None,
    headline: Some(headline),
    confirm: None,
    fixes,
};

/// The path the module gives itself, and the one it is required by.
fn paths(case: &Case<'_>) -> (Option<String>, Option<String>) {
    let in_text = |pattern: &'static str| {
        move |t: &str| {
            crate::sign::find(pattern, t)
                .and_then(|f| names::plain(f.holes[0].trim_matches('"')).map(str::to_owned))
        }
    };
    let declared = in_text("module declares its path as: {}");
    let required = in_text("but was required as: {}");
    let declared = declared(case.text).or_else(|| names::nearby(case, declared));
    let required = required(case.text).or_else(|| names::nearby(case, required));
    if declared.is_some() {
        return (declared, required);
    }
    let expects = crate::sign::find("expects import \"{}\"", case.text)
        .and_then(|f| names::plain(f.holes[0]).map(str::to_owned));
    (expects, required)
}

/// `require X: version "v1.4.0" invalid: should be v2, not v1`: path and major version disagree.
fn major(case: &Case<'_>) -> Option<String> {
    let said = case.text.contains("should be v")
        || case.text.contains("post-v")
        || case.text.contains("non-.../v")
        || case.text.contains("must match major version");
    let required = crate::sign::find("require {}: version", case.text)
        .and_then(|f| names::plain(f.holes[0]).map(str::to_owned));
    required.or_else(|| names::module(case)).filter(|_| said)
}

fn headline(case: &Case<'_>) -> Words {
    if let Some(module) = major(case) {
        return words!(
            "the version of {module} does not fit the /vN of its path",
            "{module} 的版本与路径中的 /vN 不符"
        );
    }
    match paths(case) {
        (Some(own), Some(asked)) => words!("{asked} calls itself {own}", "{asked} 声明自己的路径是 {own}"),
        (Some(own), None) => words!(
            "a module calls itself {own}, but is required by another path",
            "某模块声明自己的路径是 {own}，却被以另一路径引用"
        ),
        _ => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    if let Some(module) = major(case) {
        let bare = module
            .rsplit_once("/v")
            .filter(|(_, n)| n.bytes().all(|b| b.is_ascii_digit()))
            .map_or(module.as_str(), |(m, _)| m)
            .to_owned();
        return vec![
            safe(run(
                words!("see which versions each path has", "查看各路径有哪些版本"),
                format!("go list -m -versions {bare}; go list -m -versions {bare}/v2"),
            )),
            run(
                words!(
                    "require the version under the path that goes with it: v2 and later end in /v2",
                    "用与版本相符的路径：v2 及以上以 /v2 结尾"
                ),
                format!("go get {bare}/v<N>@v<N>.<x>.<y> && go mod tidy"),
            ),
        ];
    }
    let (own, asked) = paths(case);
    let own = own.unwrap_or_else(|| "<its-own-path>".to_owned());
    let asked = asked.unwrap_or_else(|| "<path-asked-for>".to_owned());
    vec![
        run(
            words!(
                "use the module's own path in imports and go.mod",
                "在 import 和 go.mod 中改用模块自己的路径"
            ),
            format!(
                "grep -rl '\"{asked}' --include='*.go' . | xargs sed -i 's#\"{asked}#\"{own}#g' && go mod tidy"
            ),
        ),
        safe(run(
            words!("see who asks for the old path", "查看是谁在引用旧路径"),
            format!("go mod why -m {asked}; go mod graph | grep '{asked}@'"),
        )),
        run(
            words!(
                "a fork that kept the original's path: require the original and replace it",
                "fork 保留了原路径：require 原模块并用 replace 指向 fork"
            ),
            format!("go mod edit -replace={own}={asked}@<version> && go mod tidy"),
        ),
    ]
}
