//! `download-failed`: a download by curl, wget or ADD is gone or refused.

use buildlog::chain::{FaultKind, url_in};
use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge};
use crate::mend::remedy::{edit, run, safe};
use crate::mend::{edits, names, words};
use crate::net;
use crate::sign::{hint, sign};

pub(crate) static CAUSE: Cause = Cause {
    id: "download-failed",
    severity: Severity::Error,
    title: Words::fixed(
        "a download by curl, wget or ADD is gone or refused",
        "curl、wget 或 ADD 的下载地址已失效或被拒绝",
    ),
    explanation: Words::fixed(
        "curl, wget or ADD reached the server and did not get the file: it is gone (404), not allowed \
         (403), or an error page was saved and then fails to unpack (`not in gzip format`). The URL is \
         often made from variables: a version without its `v`, `x86_64` where the file says `amd64`, an \
         empty ARG. A checksum that does not match belongs here too: the file changed.",
        "curl、wget 或 ADD 访问到了服务器，但没拿到文件：文件不存在（404）、无权访问（403），或把错误页保\
         存下来导致解压失败（`not in gzip format`）。URL 往往由变量拼成：版本号少了 `v`、文件名用 `amd64` \
         而变量是 `x86_64`、ARG 为空。校验和不一致也属于这一类：文件变了。",
    ),
    pitfall: Some(Words::fixed(
        "Without `-f` curl saves the error page and reports success, and the next command fails in \
         riddles. Do not drop the checksum to get through: find out what changed.",
        "curl 不加 `-f` 会把错误页当成文件保存并返回成功，让后面的命令莫名其妙地失败。不要为了通过而去掉校\
         验和，应当查清文件为什么变了。",
    )),
    references: &[
        "https://curl.se/docs/manpage.html",
        "https://docs.docker.com/reference/dockerfile/#add---checksum",
    ],
    signs: &[
        sign(84, "curl: (22) The requested URL returned error: {}"),
        sign(84, "wget: server returned error: HTTP/1.1 {}"),
        sign(84, "ERROR 404: Not Found"),
        sign(84, "ERROR 403: Forbidden"),
        sign(80, "gzip: stdin: not in gzip format"),
        sign(80, "gzip: invalid magic"),
        sign(78, "tar: invalid magic"),
        sign(78, "tar: short read"),
        sign(76, "xz: (stdin): File format not recognized"),
        sign(78, "tar: This does not look like a tar archive"),
        sign(78, "End-of-central-directory signature not found"),
        sign(76, "gzip: stdin: unexpected end of file"),
        sign(70, "tar: Child returned status 1"),
        sign(82, "sha256sum: WARNING: 1 computed checksum did NOT match"),
        sign(82, "sha256sum: WARNING: 1 of 1 computed checksums did NOT match"),
        sign(80, "computed checksum did NOT match"),
        sign(84, "digest mismatch "),
        sign(82, "curl: (3) "),
        sign(82, "curl: (1) Protocol"),
        sign(82, "curl: (23) "),
        sign(82, "curl: (47) "),
        sign(82, "wget: not an http or ftp url"),
        sign(80, "unzip:  cannot find or open"),
        sign(80, "unzip: short read"),
        sign(80, "Missing URL"),
        sign(84, "no checksums found"),
        sign(82, "Syntax error: newline unexpected"),
        sign(84, "remote file {} not found"),
        sign(80, "invalid tar header"),
        sign(80, "no URLs matched"),
        sign(76, "bunzip2: "),
        sign(94, "ADD failed: failed to GET {} with status"),
        sign(94, "failed to load cache key: invalid response status {}"),
        sign(92, "ADD failed: failed to download remote"),
        sign(84, "syntax error near unexpected token `<'"),
        sign(84, "Syntax error: newline unexpected"),
        sign(84, ": Not: not found"),
        sign(84, "abort: HTTP Error {}: "),
        sign(80, "gpg: no valid OpenPGP data found"),
        sign(80, "gpg: keyserver receive failed: No data"),
        hint(76, "gpg: keyserver receive failed"),
        sign(90, "reading \"{}\": invalid response status {}"),
    ],
    judge: Some(Judge::of_fault(|clue| net::blames("download-failed", clue))),
    headline: Some(headline),
    confirm: None,
    fixes,
};

/// The URL that was asked for.
fn url(case: &Case<'_>) -> Option<String> {
    let clean = |t: &str| {
        url_in(t)
            .map(|u| u.whole.to_owned())
            .filter(|u| !u.contains('$') && !u.contains('@') && names::plain(u).is_some())
    };
    clean(case.text).or_else(|| clean(case.instruction))
}

fn is_checksum(case: &Case<'_>) -> bool {
    case.text.contains("checksum") || case.text.contains("digest mismatch")
}

fn headline(case: &Case<'_>) -> Words {
    let text = case.text;
    if is_checksum(case) {
        return words!(
            "the downloaded file is not the one its checksum was made for",
            "下载的文件与校验和不符"
        );
    }
    if text.contains("gzip") || text.contains("tar:") || text.contains("xz") || text.contains("unzip") {
        return words!(
            "what was downloaded is no archive (probably an error page)",
            "下载到的不是压缩包（可能是错误页）"
        );
    }
    let stated = crate::sign::find("status {} ", text)
        .and_then(|f| f.holes[0].parse::<u16>().ok())
        .map(FaultKind::Status);
    match (url(case), case.fault.map(|f| f.kind).or(stated)) {
        (Some(url), Some(FaultKind::Status(code))) => words!("{url} answers {code}", "{url} 返回 {code}"),
        (Some(url), _) => words!("{url} cannot be downloaded", "无法下载 {url}"),
        (None, Some(FaultKind::Status(code))) => words!("a download answers {code}", "下载返回 {code}"),
        _ => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let url = url(case).unwrap_or_else(|| "<url>".to_owned());
    let mut fixes = vec![safe(run(
        words!(
            "see what the server says to the URL as the build made it",
            "用构建中实际使用的 URL 查看服务器的响应"
        ),
        format!("curl -sSIL {url}"),
    ))];
    if is_checksum(case) {
        fixes.push(safe(run(
            words!(
                "compare with the checksum the publisher names, and find out why it changed",
                "与发布者公布的校验和比对，并查清变化原因"
            ),
            format!("curl -fsSL {url} | sha256sum"),
        )));
        return fixes;
    }
    if case.instruction.contains("go.dev/dl")
        || case.instruction.contains("golang.org/dl")
        || url.contains("/go1.")
    {
        fixes.push(edit(
            words!("take Go from its image instead of an archive", "直接从镜像中复制 Go，不必下载压缩包"),
            "+COPY --from=golang:<version> /usr/local/go /usr/local/go",
        ));
    }
    if case.instruction.contains("curl ")
        && !case.instruction.contains("-f")
        && !case.instruction.contains("--fail")
    {
        let diff = edits::replace(case, "curl ", "curl -f ")
            .unwrap_or_else(|| "-RUN curl -L <url>\n+RUN curl -fL <url>".to_owned());
        fixes.push(safe(edit(
            words!(
                "let curl fail on an error answer instead of saving it",
                "让 curl 在出错时直接失败，而不是保存错误页"
            ),
            diff,
        )));
    }
    if case.instruction.contains('$') && edits::traced(case).is_some() {
        fixes.push(edit(
            words!("print the URL that the variables make", "打印变量展开后的 URL"),
            edits::traced(case).unwrap_or_else(|| "-RUN curl <url>\n+RUN set -x; curl <url>".to_owned()),
        ));
    }
    fixes
}
