//! `registry-auth`: the registry denies the image: no, wrong or expired credentials.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge, Verdict};
use crate::clue::Clue;
use crate::mend::remedy::{edit, run, safe};
use crate::mend::{facts, images, words};
use crate::net;
use crate::sign::{hint, sign};

pub(crate) static CAUSE: Cause = Cause {
    id: "registry-auth",
    severity: Severity::Error,
    title: Words::fixed(
        "the registry denies the image: no, wrong or expired credentials",
        "镜像仓库拒绝访问：凭据缺失、错误或已过期",
    ),
    explanation: Words::fixed(
        "The registry wants to know who is asking and got nothing, or something it does not accept: not \
         logged in, an expired token, a credential helper that is configured but not installed \
         (`docker-credential-desktop` copied to Linux or WSL), or no rights to this repository. \
         Registries answer the same for an image that does not exist, so check the name as well; a name \
         without host and owner may be a mistyped stage.",
        "镜像仓库要求身份认证，但没有收到凭据，或凭据不被接受：没有登录、token 过期、配置了凭据助手却没有\
         安装（把 `docker-credential-desktop` 的配置复制到了 Linux 或 WSL），或没有该仓库的权限。镜像不存\
         在时，仓库的回答也是一样的，所以也要检查名字；既没有主机也没有用户名的名字，可能是写错的阶段名。",
    ),
    pitfall: Some(Words::fixed(
        "A password on the command line (`docker login -p`) ends up in the shell's history and in CI \
         logs; `--password-stdin` does not.",
        "在命令行里写密码（`docker login -p`）会留在 shell 历史和 CI 日志中，请使用 `--password-stdin`。",
    )),
    references: &[
        "https://docs.docker.com/reference/cli/docker/login/",
        "https://docs.docker.com/build/ci/github-actions/",
    ],
    signs: &[
        sign(94, "error getting credentials - err"),
        sign(94, "error getting credentials"),
        sign(93, "docker-credential-{}\": executable file not found"),
        sign(92, "no basic auth credentials"),
        sign(92, "unauthorized: authentication required"),
        sign(92, "unauthorized: incorrect username or password"),
        sign(92, "incorrect username or password"),
        sign(90, "denied: requested access to the resource is denied"),
        sign(90, "insufficient_scope: authorization failed"),
        sign(88, "pull access denied for {},"),
        sign(88, "pull access denied"),
        sign(88, "authorization failed: no basic auth"),
        sign(88, "unauthorized: {}"),
        sign(88, "denied: Permission \"artifactregistry"),
        sign(86, "denied: access forbidden"),
        sign(86, "HTTP Basic: Access denied"),
        sign(86, "denied: Your authorization token has expired"),
        sign(86, "invalid username/password: unauthorized"),
        sign(86, "authentication required"),
        hint(70, "repository does not exist or may require"),
        sign(86, "failed to fetch oauth token: unexpected status"),
        sign(84, "/v2/token?scope={}: exit status 1"),
        sign(90, "checking push permission"),
        sign(90, "error checking push permissions"),
        sign(90, "failed to push {}: denied"),
        sign(88, "denied: permission_denied"),
        sign(88, "UNAUTHORIZED: "),
        sign(86, "failed to push {}: unexpected status from {}: 401"),
        sign(86, "failed to push {}: unexpected status from {}: 403"),
        sign(88, "insufficient_scope"),
        hint(93, "pull access denied, repository does not exist or may require"),
    ],
    judge: Some(Judge { fault: true, words: &["denied", "nauthorized"], decide: judge }),
    headline: Some(headline),
    confirm: Some(crate::project::confirm::stage::image_denied),
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    if let Some(helper) = helper(case) {
        return words!(
            "the credential helper docker-credential-{helper} is configured but not installed",
            "配置了凭据助手 docker-credential-{helper}，但没有安装"
        );
    }
    match (images::image(case), images::registry(case)) {
        (_, Some(host)) if is_push(case) => {
            words!("{host} does not let you push", "{host} 拒绝推送：凭据缺失或没有写权限")
        }
        (Some(image), _) => words!(
            "the registry denies {image}: no, wrong or expired credentials",
            "镜像仓库拒绝访问 {image}：凭据缺失、错误或已过期"
        ),
        (None, Some(host)) => words!(
            "{host} denies the image: no, wrong or expired credentials",
            "{host} 拒绝访问：凭据缺失、错误或已过期"
        ),
        _ => CAUSE.title.clone(),
    }
}

fn is_push(case: &Case<'_>) -> bool {
    case.text.contains("push") || case.text.contains("write_package")
}

fn helper(case: &Case<'_>) -> Option<String> {
    crate::mend::names::hole(
        case,
        &[("docker-credential-{}\"", 0), ("docker-credential-{} ", 0), ("docker-credential-{}`", 0)],
    )
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let mut fixes = Vec::new();
    if let Some(helper) = helper(case) {
        fixes.push(edit(
            words!(
                "take the missing helper out of ~/.docker/config.json, then log in again",
                "从 ~/.docker/config.json 中删除缺失的凭据助手，然后重新登录"
            ),
            format!("-  \"credsStore\": \"{helper}\""),
        ));
    }
    let registry = images::registry(case).unwrap_or_else(|| "<registry>".to_owned());
    let login = images::login(&registry);
    fixes.push(safe(run(words!("log in to {registry}", "登录 {registry}"), login)));
    if is_push(case) {
        fixes.push(edit(
            words!(
                "GitHub Actions: let the job write packages (elsewhere: give the account the right to push)",
                "GitHub Actions：授予作业写入 packages 的权限（其他平台：给账号推送权限）"
            ),
            "+permissions:\n+  contents: read\n+  packages: write",
        ));
        return fixes;
    }
    let image = images::image(case).unwrap_or_else(|| "<image>".to_owned());
    fixes.push(safe(run(
        words!("see whether the image exists and you may read it", "确认镜像存在且你有权限读取"),
        format!("docker manifest inspect {image}"),
    )));
    if facts::instruction_says(case, "COPY --from=")
        || case.instruction.starts_with("FROM ") && !image.contains('/')
    {
        fixes.push(crate::mend::remedy::advise(words!(
            "if {image} should be a stage of this Dockerfile: compare the name with its `AS` lines",
            "如果 {image} 本应是 Dockerfile 中的阶段：请与 `AS` 后的名字核对"
        )));
    }
    fixes
}

/// A pull that ends in nothing but the registry's verdict.
fn judge(clue: &Clue<'_>) -> Option<Verdict> {
    if let Some(verdict) = net::blames("registry-auth", clue) {
        return Some(verdict);
    }
    let last = clue.own_text().rsplit(": ").next().unwrap_or("").trim();
    let bare = matches!(last, "denied" | "unauthorized");
    (bare && net::is_pull(clue)).then(|| Verdict::sure(90))
}
