//! `registry-rate-limit`: the registry limits how many images may be pulled.

use finding::{Fix, Severity, Words};

use crate::case::Case;
use crate::cause::{Cause, Judge};
use crate::mend::remedy::{edit, run, safe};
use crate::mend::{images, network, words};
use crate::net;
use crate::sign::sign;

pub(crate) static CAUSE: Cause = Cause {
    id: "registry-rate-limit",
    severity: Severity::Error,
    title: Words::fixed("the registry limits how many images may be pulled", "镜像仓库限制了拉取次数"),
    explanation: Words::fixed(
        "The registry counts pulls per account, or per IP address for those who are not logged in, and \
         the count is used up. CI runners and company networks share one address, so others' pulls count \
         too. The image and the Dockerfile are fine; the limit falls with time.",
        "镜像仓库按账号统计拉取次数，未登录时按 IP 统计，而额度已经用完。CI 机器和公司网络共用出口 IP，别\
         人的拉取也会计入。镜像和 Dockerfile 都没有问题，过一段时间额度会恢复。",
    ),
    pitfall: None,
    references: &[
        "https://docs.docker.com/docker-hub/usage/pulls/",
        "https://docs.docker.com/docker-hub/image-library/mirror/",
    ],
    signs: &[
        sign(97, "toomanyrequests:"),
        sign(97, "You have reached your pull rate limit"),
        sign(97, "You have reached your unauthenticated pull rate limit"),
        sign(94, "TOOMANYREQUESTS"),
        sign(92, "pull rate limit"),
    ],
    judge: Some(Judge::of_fault(|clue| net::blames("registry-rate-limit", clue))),
    headline: Some(headline),
    confirm: None,
    fixes,
};

fn headline(case: &Case<'_>) -> Words {
    match images::registry(case) {
        Some(host) if host != "docker.io" => {
            words!("{host} limits how many images may be pulled", "{host} 限制了拉取次数")
        }
        Some(_) => words!("Docker Hub's pull limit is reached", "已达到 Docker Hub 的拉取次数限制"),
        None => CAUSE.title.clone(),
    }
}

fn fixes(case: &Case<'_>) -> Vec<Fix> {
    let registry = images::registry(case).unwrap_or_else(|| "docker.io".to_owned());
    let mut fixes = vec![safe(run(
        words!(
            "log in before the build: the limit of an account is higher than that of an address",
            "构建前先登录：账号的额度高于匿名 IP 的额度"
        ),
        images::login(&registry),
    ))];
    let official = images::image(case)
        .filter(|i| !i.contains('/'))
        .or_else(|| crate::mend::facts::base(case).map(|i| i.reference()).filter(|i| !i.contains('/')));
    if registry == "docker.io" {
        if let Some(image) = official {
            fixes.push(edit(
                words!(
                    "or take the same official image from Amazon's public registry",
                    "或从 Amazon 公共仓库拉取同一官方镜像"
                ),
                format!("-FROM {image}\n+FROM public.ecr.aws/docker/library/{image}"),
            ));
        }
        fixes.push(network::registry_mirror());
    }
    fixes
}
