//! `seaworthy downloads` on what Go 1.26 printed: two modules fetched, one refused, three that found no proxy.

use crate::common::World;
use insta::assert_snapshot;

/// The module cache that it names is on no machine: sizes are unknown.
const LOG: &str = include_str!("downloads.log");

fn world() -> World {
    let world = World::new();
    world.write("downloads.log", LOG.replace("/go/pkg/mod/cache", "/no/such/cache"));
    world
}

#[test]
fn a_table_with_causes_and_totals() {
    assert_snapshot!(world().run(["downloads", "downloads.log"]), @r#"
    exit code: 1
    --- stdout
    module                      version  state          time  cause                sum
    github.com/google/uuid      v1.6.0   downloaded  0.049 s  -                    h1:NIvaJDMOsjHA8n1jAhLSgzrAzy1Hgr+hNrb57e+94F0=
    github.com/gin-contrib/sse  v0.1.0   downloaded  0.044 s  -                    h1:Y/yl/+YNO8GZSjAhjMsSuLt29uWRFHdHYUb5lYOV9qE=
    github.com/google/uuid      v1.6.99  failed            -  proxy-forbidden      -
    github.com/google/uuid      v1.6.0   failed      0.049 s  net-localhost-proxy  -
    github.com/gin-gonic/gin    v1.10.1  failed            -  net-localhost-proxy  -
    golang.org/x/net            v0.25.0  failed            -  net-localhost-proxy  -

    [net-localhost-proxy] github.com/google/uuid@v1.6.0: Get "http://localhost:3999/github.com/google/uuid/@v/v1.6.0.info": dial tcp 127.0.0.1:3999: connect: connection refused
      × 3
    [proxy-forbidden] github.com/google/uuid@v1.6.99: reading https://proxy.golang.org/github.com/google/uuid/@v/v1.6.99.info: 403 Forbidden
      	server response: This module version is not available.

    modules: 6 (2 downloaded, 4 failed, 0.142 s)
    --- stderr
    "#);
}

#[test]
fn in_chinese() {
    assert_snapshot!(world().run(["downloads", "--lang=zh", "downloads.log"]), @r#"
    exit code: 1
    --- stdout
    模块                        版本     状态       用时  原因                 校验和
    github.com/google/uuid      v1.6.0   已下载  0.049 s  -                    h1:NIvaJDMOsjHA8n1jAhLSgzrAzy1Hgr+hNrb57e+94F0=
    github.com/gin-contrib/sse  v0.1.0   已下载  0.044 s  -                    h1:Y/yl/+YNO8GZSjAhjMsSuLt29uWRFHdHYUb5lYOV9qE=
    github.com/google/uuid      v1.6.99  失败          -  proxy-forbidden      -
    github.com/google/uuid      v1.6.0   失败    0.049 s  net-localhost-proxy  -
    github.com/gin-gonic/gin    v1.10.1  失败          -  net-localhost-proxy  -
    golang.org/x/net            v0.25.0  失败          -  net-localhost-proxy  -

    [net-localhost-proxy] github.com/google/uuid@v1.6.0: Get "http://localhost:3999/github.com/google/uuid/@v/v1.6.0.info": dial tcp 127.0.0.1:3999: connect: connection refused
      × 3
    [proxy-forbidden] github.com/google/uuid@v1.6.99: reading https://proxy.golang.org/github.com/google/uuid/@v/v1.6.99.info: 403 Forbidden
      	server response: This module version is not available.

    模块：6 个（已下载 2 个，失败 4 个，0.142 s）
    --- stderr
    "#);
}

#[test]
fn sizes_come_from_the_module_cache() {
    let world = World::new();
    let zip = world.write("cache/x.zip", [0; 1234]);
    let log = format!(
        "{{\"Path\":\"a.example/b\",\"Version\":\"v1.2.3\",\"Zip\":\"{}\",\"Sum\":\"h1:x=\"}}\n",
        zip.display()
    );
    let seen = world.run_with(["downloads"], &log);
    assert_eq!((seen.code, seen.out.contains("1.2 kB")), (Some(0), true), "{seen}");
    let seen = world.run_with(["downloads", "--format", "json", "-"], &log);
    let json: serde_json::Value = serde_json::from_str(&seen.out).unwrap();
    assert_eq!(json["schema"], "seaworthy.downloads/1");
    assert_eq!(json["modules"][0]["state"], "present");
    assert_eq!(json["totals"]["bytes"], 1234);
}

#[test]
fn exit_codes() {
    let world = world();
    for (input, code) in [
        ("{\"Path\":\"a.b/c\",\"Version\":\"v1.0.0\"}", 0),
        ("{\"Path\":\"a.b/c\",\"Version\":\"v1.0.0\",\"Error\":\"the flux is not capacitated\"}", 3),
        ("hello", 3),
        ("", 3),
    ] {
        assert_eq!(world.run_with(["downloads"], input).code, Some(code), "{input}");
    }
    assert_eq!(world.run(["downloads", "downloads.log"]).code, Some(1));
    assert_eq!(world.run(["downloads", "gone"]).code, Some(4));
    assert_eq!(world.run(["downloads", "--format", "html", "downloads.log"]).code, Some(2));
}
