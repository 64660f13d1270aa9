//! Markdown and HTML.
#![allow(missing_docs)]

mod fixtures;

use insta::assert_snapshot;
use seaworthy_finding::{Format, Lang, RenderOptions, Report, render};

fn page(reports: &[Report], format: Format, lang: Lang) -> String {
    let opts = RenderOptions { lang, tool_version: "1.2.3".into(), ..RenderOptions::default() };
    render(reports, format, &fixtures::rules(), &opts)
}

fn all() -> Vec<Report> {
    fixtures::NAMES.iter().filter_map(|n| fixtures::by_name(n)).collect()
}

#[test]
fn markdown_for_a_comment() {
    assert_snapshot!(page(&[fixtures::proxy()], Format::Markdown, Lang::En), @r#"
    ### ❌ GOPROXY names localhost, which inside the build container is the container itself

    error [`net-localhost-proxy`](https://docs.example/causes/net-localhost-proxy)

    **where:** `Dockerfile:7` stage `build`, step 4 of 9, failed after 0.3 s with exit code 1

    ```dockerfile
    RUN go mod download
    ```

    ```text
    build.log:41: go: github.com/google/uuid@v1.6.0: Get "http://localhost:3000/github.com/google/uuid/@v/v1.6.0.mod": dial tcp [::1]:3000: connect: connection refused
    Dockerfile:6: ENV GOPROXY=http://localhost:3000
    ```

    **sure:** verified (the Dockerfile sets it, the log shows it)

    **why:** The go command asked http://localhost:3000 for modules. A build step runs in its own network namespace, so localhost there is not this machine, and nothing listens on port 3000 inside.

    **concerns:** localhost:3000, github.com/google/uuid, golang.org/x/sync

    **help:** let the build reach the host's proxy (review first)

    ```diff
    -ENV GOPROXY=http://localhost:3000
    +ARG GOPROXY
    ```

    ```sh
    docker build --network=host --build-arg GOPROXY=http://localhost:3000 .
    ```

    **help:** or let the proxy listen on the bridge's address

    ```sh
    docker build --build-arg GOPROXY=http://172.17.0.1:3000 .
    ```

    <details><summary>Other findings (1)</summary>

    ### ⚠️ the module cache is not kept between builds

    warning [`cache-env-missing`](https://docs.example/causes/cache-env-missing)

    ```text
    Dockerfile:7: RUN go mod download
    ```

    **sure:** possible (one explanation among several)

    **why:** RUN has no cache mount.

    </details>

    <details><summary>All steps (7)</summary>

    | state | time | stage | step |
    |---|--:|---|---|
    | done | 0.1 s |  | `load build definition` |
    | done | 6.2 s | `build` | `FROM golang:1.26` |
    | cached | 0.1 s | `build` | `WORKDIR /src` |
    | done | 0.2 s | `build` | `COPY go.mod go.sum ./` |
    | ❌ failed | 0.3 s | `build` | `RUN go mod download` |
    | done | 3.1 s | `ui` | `FROM node:22` |
    | canceled | 3.7 s | `ui` | `RUN npm ci && npm run build` |

    </details>
    "#);
    assert_snapshot!(page(&[fixtures::unexplained()], Format::Markdown, Lang::Zh), @"
    ### ❌ 构建失败，没有已知的原因与之相符

    **位置：** `docker/Dockerfile:12` 阶段 `assets`，第 5 步（共 7 步），运行 4.2 秒后失败，退出码 2

    ```dockerfile
    RUN make assets
    ```

    ```text
    build.log:77: frobnicate: cannot frobnicate widgets/blue.wgt: bad parity in block 3
    build.log:78: make: *** [Makefile:14: assets] Error 2
    ```

    **重新构建，并保留每一步的完整输出**

    ```sh
    docker build --progress=plain . 2>&1 | seaworthy diagnose
    ```

    **或者读取 buildx 历史记录中最近一次失败的构建**

    ```sh
    seaworthy diagnose --last
    ```
    ");
    assert_snapshot!(page(&[fixtures::succeeded()], Format::Markdown, Lang::En), @"
    ### ✅ the build succeeded: 3 steps, 1 cached, 1 min 14 s

    <details><summary>All steps (3)</summary>

    | state | time | stage | step |
    |---|--:|---|---|
    | cached | 1.5 s |  | `FROM golang:1.26` |
    | done | 0.3 s |  | `COPY . .` |
    | done | 1 min 12 s |  | `RUN go build ./...` |

    </details>
    ");
}

/// Log text stays text: outside of fences there is neither markup nor a name that would be called.
#[test]
fn markdown_cannot_be_injected() {
    let text = page(&[fixtures::hostile()], Format::Markdown, Lang::En);
    let mut fence: Option<usize> = None;
    let mut outside = String::new();
    for line in text.lines() {
        let ticks = line.bytes().take_while(|b| *b == b'`').count();
        match fence {
            Some(open) if ticks >= open && line.len() == ticks => fence = None,
            None if ticks >= 3 => fence = Some(ticks),
            None => outside += &format!("{line}\n"),
            Some(_) => {}
        }
    }
    assert_eq!(fence, None, "every fence is closed");
    let spans: Vec<&str> = outside.split('`').step_by(2).collect();
    let prose = spans.join("");
    for bad in ["<img", "<script", "@octocat", "*bold*", "</pre"] {
        assert!(!prose.contains(bad), "{bad} in {prose}");
    }
}

#[test]
fn html_is_one_self_contained_page() {
    for set in [vec![fixtures::proxy()], vec![fixtures::hostile()], all(), vec![]] {
        for lang in Lang::ALL {
            let html = page(&set, Format::Html, lang);
            assert!(html.starts_with(&format!("<!doctype html>\n<html lang=\"{}\">", lang.tag())));
            for node in body(&html).descendants().filter(|n| n.is_element()) {
                let name = node.tag_name().name();
                assert!(
                    !["script", "link", "img", "iframe", "object", "style", "use", "image"].contains(&name)
                );
                for attribute in node.attributes() {
                    let (name, value) = (attribute.name(), attribute.value());
                    assert!(!name.starts_with("on") && !["src", "style", "srcset"].contains(&name), "{name}");
                    assert!(
                        name != "href" || value.starts_with('#') || value.starts_with("https://"),
                        "{value}"
                    );
                }
            }
            assert!(!html.contains("@import"));
            // the one address inside is the picture's own pattern
            assert!(html.match_indices("url(").all(|(at, _)| html[at..].starts_with("url(#hatch")));
            assert!(html.contains("default-src 'none'"));
        }
    }
}

/// Elements are closed and text is escaped: the body is XML.
fn body(html: &str) -> roxmltree::Document<'_> {
    let body = &html[html.find("<body>").expect("a body")..html.find("</html>").expect("an end")];
    roxmltree::Document::parse(body).expect("well-formed")
}

#[test]
fn the_timeline_has_a_bar_for_every_step() {
    let report = fixtures::big();
    let html = page(std::slice::from_ref(&report), Format::Html, Lang::En);
    let svg = &html[html.find("<svg").expect("a picture")..html.find("</svg>").expect("its end") + 6];
    let xml = roxmltree::Document::parse(svg).expect("well-formed");
    let bars: Vec<_> = xml.descendants().filter(|n| n.has_tag_name("g")).collect();
    assert_eq!(bars.len(), report.timeline.len());
    let mut failed = 0;
    for bar in &bars {
        let rect = bar.children().find(|n| n.has_tag_name("rect")).expect("a bar");
        let number = |name| rect.attribute(name).and_then(|v| v.parse::<f64>().ok()).expect("a number");
        let (x, width) = (number("x"), number("width"));
        assert!(x >= 150.0 && width > 0.0 && x + width <= 1000.5, "{x} {width}");
        failed += usize::from(rect.attribute("class") == Some("failed"));
    }
    assert_eq!(failed, 1);
    let names: Vec<_> =
        xml.descendants().filter(|n| n.attribute("class") == Some("ink")).filter_map(|n| n.text()).collect();
    assert_eq!(names, ["base", "deps", "build-amd64", "build-arm64", "ui", "docs"]);
    assert_eq!(
        xml.root_element().attribute("aria-label"),
        Some("Timeline of 200 steps in 6 lanes over 1 min 36 s")
    );
}

#[test]
fn nothing_of_a_report_is_lost_between_the_forms() {
    for format in [Format::Text, Format::Markdown, Format::Html, Format::Github, Format::Sarif, Format::Junit]
    {
        let out = page(&[fixtures::proxy()], format, Lang::En);
        for wanted in [
            "net-localhost-proxy",
            "cache-env-missing",
            "verified",
            "docker build --network=host",
            "ARG GOPROXY",
        ] {
            assert!(out.contains(wanted), "{wanted} in {format}");
        }
    }
}
