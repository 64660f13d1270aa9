//! The web page at `/-/`: one document without scripts, made from the same state as `/-/status`.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::metrics::Served;
use crate::proxy::Proxy;
use crate::route::Kind;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;\
color:#1b2733;background:#fff}h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;\
width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #dde4ea;vertical-align:top}\
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}pre{background:#f3f6f8;padding:.8rem;overflow:auto}\
code{font-family:ui-monospace,monospace;font-size:.9em}.bad{color:#a3200d}.good{color:#17663a}\
@media(prefers-color-scheme:dark){body{color:#d8e1e8;background:#12181d}th,td{border-color:#2b3640}\
pre{background:#1b242b}.bad{color:#ff8a75}.good{color:#6fd69b}}";

/// Text that is safe between tags and in attributes.
fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// The page. `host` is what the reader typed to come here.
pub(crate) async fn render(proxy: &Arc<Proxy>, host: &str) -> String {
    let mut out = String::with_capacity(8 << 10);
    let scheme = if proxy.config.tls.is_some() { "https" } else { "http" };
    let url = safe(&format!("{scheme}://{host}"));
    let (hits, all) = proxy.metrics.hit_ratio();
    let ratio = if all == 0 { "-".to_owned() } else { format!("{:.1} %", hits as f64 * 100.0 / all as f64) };
    let _ = write!(
        out,
        "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport content='width=device-width'>\
         <title>Seaworthy module proxy</title><style>{STYLE}</style></head><body><h1>Seaworthy module proxy</h1>\
         <p>{all} requests, {ratio} answered without asking anybody; {} downloads under way{}. \
         Cache: <code>{}</code>.</p>",
        proxy.in_flight(),
        if proxy.config.offline { "; <strong>offline</strong>" } else { "" },
        safe(&proxy.store.describe()),
    );
    upstreams(proxy, &mut out);
    served(proxy, &mut out);
    failures(proxy, &mut out);
    contents(proxy, &mut out);
    let _ = write!(
        out,
        "<h2>Use it</h2><pre>go env -w GOPROXY={url},direct</pre>\
         <p>In a Dockerfile, so that the address is not baked into the image:</p>\
         <pre>ARG GOPROXY\nRUN go mod download\n\n$ docker build --build-arg GOPROXY={url} .</pre>\
         <p>Inside a build container <code>localhost</code> is the container itself: give the address of the bridge, or \
         build with <code>--network=host</code>.</p><p>In CI:</p><pre>env:\n  GOPROXY: {url},direct</pre>\
         <p><a href='/-/status'>State as JSON</a> · <a href='/metrics'>metrics</a></p></body></html>",
    );
    out
}

fn upstreams(proxy: &Proxy, out: &mut String) {
    out.push_str("<h2>Upstreams</h2><table><tr><th>Address<th>State<th>Last fault</tr>");
    for upstream in proxy.upstreams() {
        let standing = upstream.standing().name();
        let class = if standing == "closed" { "good" } else { "bad" };
        let state = if standing == "closed" { "in use" } else { standing };
        let fault = upstream.last_fault().map(|fault| fault.to_string()).unwrap_or_default();
        let _ = write!(
            out,
            "<tr><td><code>{}</code><td class={class}>{state}<td>{}</tr>",
            safe(upstream.shown()),
            safe(&fault)
        );
    }
    out.push_str("</table>");
}

fn served(proxy: &Proxy, out: &mut String) {
    out.push_str(
        "<h2>Served</h2><table><tr><th>Kind<th class=n>from memory<th class=n>from the store<th class=n>old or \
         known absent<th class=n>fetched<th class=n>shared a fetch<th class=n>refused<th class=n>failed</tr>",
    );
    for kind in Kind::ALL {
        let count = |served| proxy.metrics.count(kind, served);
        let _ = write!(
            out,
            "<tr><td>{}<td class=n>{}<td class=n>{}<td class=n>{}<td class=n>{}<td class=n>{}<td class=n>{}\
             <td class=n>{}</tr>",
            kind.name(),
            count(Served::Memory),
            count(Served::Store),
            count(Served::Stale) + count(Served::Negative),
            count(Served::Fetched),
            count(Served::Coalesced),
            count(Served::Refused),
            count(Served::Failed),
        );
    }
    out.push_str("</table>");
}

fn failures(proxy: &Proxy, out: &mut String) {
    let slow = proxy.failures.slowest();
    if !slow.is_empty() {
        out.push_str("<h2>Slowest fetches</h2><table><tr><th>What<th class=n>Seconds</tr>");
        for (key, seconds) in slow {
            let _ = write!(out, "<tr><td><code>{}</code><td class=n>{seconds:.2}</tr>", safe(&key));
        }
        out.push_str("</table>");
    }
    let recent = proxy.failures.recent();
    out.push_str("<h2>Failing now</h2>");
    if recent.is_empty() {
        out.push_str("<p>Nothing.</p>");
        return;
    }
    out.push_str("<table><tr><th>What<th>Cause<th>Said<th class=n>Times</tr>");
    for failure in recent {
        let _ = write!(
            out,
            "<tr><td><code>{}</code><td class=bad>{}<td>{}<td class=n>{}</tr>",
            safe(&failure.key),
            safe(failure.cause),
            safe(&failure.message),
            failure.count
        );
    }
    out.push_str("</table>");
}

fn contents(proxy: &Proxy, out: &mut String) {
    out.push_str("<h2>In the cache</h2>");
    match proxy.failures.counted() {
        Some(counted) => {
            let _ = write!(
                out,
                "<p>{} modules, {} zips, {:.1} MB in all{}.</p>",
                counted.modules,
                counted.zips,
                counted.bytes as f64 / 1e6,
                match proxy.config.quota {
                    Some(quota) => format!(" of {:.1} MB", quota as f64 / 1e6),
                    None => String::new(),
                }
            );
        }
        None => out.push_str("<p>Not counted yet.</p>"),
    }
}
