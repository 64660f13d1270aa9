//! The module proxy: started, asked, stopped; its cache filled and carried.

use crate::common::{World, start};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;

const INFO: &str = "{\"Version\":\"v1.0.0\",\"Time\":\"2024-01-02T03:04:05Z\"}";

/// A folder in the form of a module proxy.
fn upstream(world: &World) -> String {
    world.write("upstream/example.com/m/@v/list", "v1.0.0\n");
    world.write("upstream/example.com/m/@v/v1.0.0.info", INFO);
    world.write("upstream/example.com/m/@v/v1.0.0.mod", "module example.com/m\n");
    format!("file://{}", world.work().join("upstream").display())
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn it_serves_until_it_is_told_to_stop() {
    let world = World::new();
    let upstream = upstream(&world);
    let mut server = start(&mut world.command([
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--cache",
        "cache",
        "--verify",
        "off",
        "--upstream",
        &upstream,
    ]));
    let mut lines = BufReader::new(server.stderr.take().unwrap()).lines();
    let line = lines.next().unwrap().unwrap();
    let address = line.rsplit_once("http://").unwrap().1.to_owned();
    let answer = get(&address, "/example.com/m/@v/v1.0.0.info");
    let missing = get(&address, "/example.com/m/@v/v9.9.9.info");
    let killed = Command::new("kill").arg(server.id().to_string()).status().unwrap();
    let code = server.wait().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with(INFO), "{answer}");
    assert!(missing.starts_with("HTTP/1.1 404 "), "{missing}");
    assert!(killed.success());
    assert_eq!(code.code(), Some(0));
    assert!(world.work().join("cache").is_dir());
}

#[test]
fn a_cache_is_filled_and_carried() {
    let world = World::new();
    let upstream = upstream(&world);
    world.write("go.sum", "example.com/m v1.0.0/go.mod h1:x=\n");
    let options = ["--cache", "cache", "--verify", "off", "--upstream", &upstream];
    let seen = world.run(["prefetch"].iter().chain(&options));
    assert_eq!(
        (seen.code, &*seen.out),
        (Some(0), "files fetched: 2, in the cache already: 0, failed: 0\n"),
        "{seen}"
    );
    let seen = world.run(["prefetch", "."].iter().chain(&options));
    assert_eq!(seen.out, "files fetched: 0, in the cache already: 2, failed: 0\n", "{seen}");
    assert_eq!(world.run(["export", "--cache", "cache", "modules.tar"]).code, Some(0));
    let seen = world.run(["import", "--cache", "other", "modules.tar"]);
    assert_eq!(seen.code, Some(0), "{seen}");
    assert!(world.work().join("other/example.com/m/@v/v1.0.0.mod").is_file());
    assert_eq!(world.run(["export", "--cache", "gone", "x.tar"]).code, Some(4));
}

#[test]
fn what_makes_no_sense_is_said() {
    let world = World::new();
    let said = |line: &str| {
        let seen = world.run(line.split(' '));
        (seen.code, seen.err)
    };
    let (code, err) = said("serve --verify gosum");
    assert_eq!(code, Some(2), "{err}");
    let (code, err) = said("serve --config gone.toml");
    assert_eq!((code, &*err), (Some(4), "error: cannot read gone.toml: no such file or folder\n"));
    let (code, err) = said("serve --listen 127.0.0.1:0 --listen 192.0.2.1:1 --cache c");
    assert_eq!(code, Some(4), "{err}");
    assert!(err.contains("error: cannot listen on 192.0.2.1:1: "), "{err}");
}
