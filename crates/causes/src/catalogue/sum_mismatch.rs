//! `sum-mismatch`: downloaded content differs from go.sum or from the checksum database.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{run, safe};
use crate::mend::{names, words};
use crate::sign::{hint, sign};

pub(crate) static CAUSE: Cause = Cause {
    id: "sum-mismatch",
    severity: Severity::Error,
    title: Words::fixed(
        "downloaded content differs from go.sum or from the checksum database",
        "下载的内容与 go.sum 或校验和数据库不符",
    ),
    explanation: Words::fixed(
        "What was downloaded is not what go.sum, or the checksum database, has on record for this \
         version. Either somebody moved the tag after it was recorded (frequent in private repositories), \
         or a proxy serves something else than the origin, or go.sum was edited or merged badly, or the \
         content was changed on the way. Do not go on before you know which. When nothing was downloaded \
         in this build, the damaged thing is the local cache (cache-corrupt).",
        "下载到的内容与 go.sum 或校验和数据库中该版本的记录不一致。可能是有人在记录之后移动了标签（私有仓\
         库中很常见）、代理返回的内容与源站不同、go.sum 被错误地修改或合并，也可能是内容在传输途中被篡改。\
         弄清楚原因之前不要继续。如果这次构建并没有下载，那损坏的就是本地缓存（cache-corrupt）。",
    ),
    pitfall: Some(Words::fixed(
        "`rm go.sum`, GOSUMDB=off, GONOSUMCHECK and GOFLAGS=-insecure make Go accept whatever came. This \
         message is the one chance to notice a replaced release. Find out which side changed; if the tag \
         was moved by its owner, ask for a new version number.",
        "`rm go.sum`、GOSUMDB=off、GONOSUMCHECK 和 GOFLAGS=-insecure 会让 Go 接受任何内容，而这条报错正是\
         发现版本被替换的唯一机会。请先查清是哪一方变了；如果是作者移动了标签，请对方发布新的版本号。",
    )),
    references: &["https://go.dev/ref/mod#authenticating", "https://go.dev/ref/mod#checksum-database"],
    signs: &[
        sign(80, "This download does NOT match"),
        sign(80, "SECURITY ERROR"),
        hint(92, "verifying {}/go.mod: checksum mismatch"),
    ],
    judge: Some(Judge { fault: false, words: &["checksum mismatch", "h1:"], decide: judge }),
    headline: Some(headline),
    confirm: None,
    fixes,
};

/// `path@version` of the decisive message.
fn module(case: &Case<'_>) -> Option<(String, String)> {
    let found = |t: &str| {
        buildlog::chain::module_ref(t)
            .and_then(|m| Some((names::plain(m.path)?.to_owned(), names::plain(m.version)?.to_owned())))
    };
    found(case.text).or_else(|| names::nearby(case, found))
}

fn headline(case: &Case<'_>) -> Words {
    match module(case) {
        Some((path, version)) => words!(
            "{path}@{version} is not what go.sum or the checksum database has on record",
            "{path}@{version} 的内容与 go.sum 或校验和数据库的记录不符"
        ),
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let (path, version) = module(case).unwrap_or_else(|| ("<module>".to_owned(), "<version>".to_owned()));
    vec![
        safe(run(
            words!(
                "see which side differs: the record, the proxy, or the origin",
                "查明是哪一方不同：数据库记录、代理还是源站"
            ),
            format!(
                "curl -sS https://sum.golang.org/lookup/{lower}@{version}\nGOFLAGS=-mod=mod GOMODCACHE=$(mktemp -d) GOPROXY=https://proxy.golang.org go mod download -json {path}@{version} | grep Sum\ngit log -1 --format=%h -S'{path} {version}' -- go.sum",
                lower = escape(&path)
            ),
        )),
        safe(run(
            words!("if only this machine differs: fetch it again", "如果只有本机不同：重新下载"),
            format!("go clean -modcache && go mod download {path}@{version}"),
        )),
        run(
            words!(
                "if the owner moved the tag: take a version that was not moved",
                "如果是作者移动了标签：改用没有被移动的版本"
            ),
            format!("go get {path}@<other-version> && go mod tidy"),
        ),
    ]
}

/// Upper-case letters as the checksum database's URLs write them.
fn escape(path: &str) -> String {
    path.chars()
        .flat_map(|c| if c.is_ascii_uppercase() { vec!['!', c.to_ascii_lowercase()] } else { vec![c] })
        .collect()
}

/// The block names the module on the line above and go.sum below.
fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    let text = clue.text.trim();
    if text.contains("checksum mismatch") && !text.contains("/go.mod: checksum") && !text.contains("/go.mod@")
    {
        let module = crate::sign::find("verifying {}: checksum mismatch", text).map_or("", |f| f.holes[0]);
        return Some(Verdict::sure(91).about(module));
    }
    if text.starts_with("go.sum:")
        && text.contains("h1:")
        && clue.just_before(3, |t| t.contains("downloaded:") || t.contains("mismatch"))
    {
        return Some(Verdict::sure(70));
    }
    None
}
