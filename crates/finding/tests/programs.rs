//! The forms other programs read.
#![allow(missing_docs)]

mod fixtures;

use insta::assert_snapshot;
use seaworthy_finding::{Format, Lang, RenderOptions, Report, json_schema, render};
use serde_json::Value;

fn opts(lang: Lang) -> RenderOptions {
    RenderOptions { lang, tool_version: "1.2.3".into(), ..RenderOptions::default() }
}

fn as_format(reports: &[Report], format: Format, lang: Lang) -> String {
    render(reports, format, &fixtures::rules(), &opts(lang))
}

fn all() -> Vec<Report> {
    fixtures::NAMES.iter().filter_map(|n| fixtures::by_name(n)).collect()
}

/// Each report alone, all together, and none.
fn sets() -> Vec<Vec<Report>> {
    let mut sets: Vec<Vec<Report>> = all().into_iter().map(|r| vec![r]).collect();
    sets.push(all());
    sets.push(vec![]);
    sets
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("it is JSON")
}

#[test]
fn formats_have_names() {
    for format in Format::all() {
        assert_eq!(format.to_string().parse(), Ok(*format));
    }
    assert_eq!("xml".parse::<Format>().map_err(|e| e.to_string()), Err("unknown format `xml`".to_owned()));
}

#[test]
fn json_has_the_keys_and_the_order_of_the_contract() {
    let mut report = fixtures::proxy();
    report.findings.truncate(1);
    report.findings[0].fixes.truncate(1);
    report.findings[0].evidence.truncate(1);
    assert_snapshot!(as_format(&[report], Format::Json, Lang::En), @r#"
    {
      "schema": "seaworthy.report/1",
      "outcome": "failed",
      "step": {
        "stage": "build",
        "number": 4,
        "of": 9,
        "instruction": "RUN go mod download",
        "line": 7,
        "exit_code": 1,
        "seconds": 0.312
      },
      "findings": [
        {
          "cause": "net-localhost-proxy",
          "title": "GOPROXY names localhost, which inside the build container is the container itself",
          "confidence": "verified",
          "severity": "error",
          "evidence": [
            {
              "source": "log",
              "path": "build.log",
              "line": 41,
              "text": "go: github.com/google/uuid@v1.6.0: Get \"http://localhost:3000/github.com/google/uuid/@v/v1.6.0.mod\": dial tcp [::1]:3000: connect: connection refused"
            }
          ],
          "location": {
            "path": "Dockerfile",
            "line": 6,
            "column": 13,
            "end_line": 6,
            "end_column": 34
          },
          "fixes": [
            {
              "title": "let the build reach the host's proxy",
              "safe": false,
              "command": "docker build --network=host --build-arg GOPROXY=http://localhost:3000 .",
              "diff": "-ENV GOPROXY=http://localhost:3000\n+ARG GOPROXY\n"
            }
          ],
          "count": 12,
          "subjects": [
            "localhost:3000",
            "github.com/google/uuid",
            "golang.org/x/sync"
          ]
        }
      ],
      "excerpt": []
    }
    "#);
}

#[test]
fn json_of_what_is_not_known_is_null() {
    assert_snapshot!(as_format(&[fixtures::succeeded()], Format::Json, Lang::En), @r#"
    {
      "schema": "seaworthy.report/1",
      "outcome": "succeeded",
      "step": null,
      "findings": [],
      "excerpt": []
    }
    "#);
    let many = parse(&as_format(&[fixtures::many()], Format::Json, Lang::En));
    assert_eq!(many["step"]["stage"], Value::Null);
    assert_eq!(many["step"]["line"], Value::Null);
    assert_eq!(many["findings"][0]["location"], Value::Null);
    let hostile = parse(&as_format(&[fixtures::hostile()], Format::Json, Lang::En));
    assert_eq!(hostile["step"]["seconds"], Value::Null, "NaN has no JSON form");
}

#[test]
fn json_keeps_lines_character_for_character() {
    let report = fixtures::hostile();
    let json = parse(&as_format(std::slice::from_ref(&report), Format::Json, Lang::Zh));
    for (n, evidence) in report.findings[0].evidence.iter().enumerate() {
        assert_eq!(json["findings"][0]["evidence"][n]["text"], *evidence.text);
    }
}

#[test]
fn json_differs_between_languages_in_titles_only() {
    let (mut english, mut chinese) = (
        parse(&as_format(&all(), Format::Json, Lang::En)),
        parse(&as_format(&all(), Format::Json, Lang::Zh)),
    );
    assert_ne!(english, chinese);
    drop_titles(&mut english);
    drop_titles(&mut chinese);
    assert_eq!(english, chinese);
}

fn drop_titles(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.remove("title");
            map.values_mut().for_each(drop_titles);
        }
        Value::Array(list) => list.iter_mut().for_each(drop_titles),
        _ => {}
    }
}

#[test]
fn json_fits_its_schema() {
    let schema = parse(&json_schema());
    jsonschema::meta::validate(&schema).expect("the schema is one");
    let validator = jsonschema::validator_for(&schema).expect("the schema compiles");
    for set in sets() {
        for lang in Lang::ALL {
            let value = parse(&as_format(&set, Format::Json, lang));
            let errors: Vec<String> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
            assert_eq!(errors, Vec::<String>::new());
        }
    }
}

#[test]
fn the_schema_knows_every_key_and_wants_every_one() {
    let validator = jsonschema::validator_for(&parse(&json_schema())).expect("the schema compiles");
    let good = parse(&as_format(&[fixtures::proxy()], Format::Json, Lang::En));
    let mut pointers = Vec::new();
    keys(&good, "", &mut pointers);
    assert!(pointers.len() > 30, "{pointers:?}");
    for (parent, key) in pointers {
        let mut bad = good.clone();
        let object = bad.pointer_mut(&parent).and_then(Value::as_object_mut).expect("an object");
        object.remove(&key);
        assert!(!validator.is_valid(&bad), "{parent}/{key} may be missing");
        let mut bad = good.clone();
        // nothing is allowed to be a list of lists
        bad.pointer_mut(&parent).expect("an object")[&key] = serde_json::json!([[1]]);
        assert!(!validator.is_valid(&bad), "{parent}/{key} may be anything");
    }
}

fn keys(value: &Value, path: &str, out: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                out.push((path.to_owned(), key.clone()));
                keys(inner, &format!("{path}/{key}"), out);
            }
        }
        Value::Array(list) => list.iter().enumerate().for_each(|(n, v)| keys(v, &format!("{path}/{n}"), out)),
        _ => {}
    }
}

#[test]
fn sarif_fits_its_schema() {
    // one of its patterns has a stray bracket that stricter regular expressions do not take
    let schema = include_str!("data/sarif-2.1.0.schema.json").replace("{2}]?$", "{2}$");
    let schema = parse(&schema);
    let validator =
        jsonschema::options().should_validate_formats(true).build(&schema).expect("the schema compiles");
    for set in sets() {
        for lang in Lang::ALL {
            let value = parse(&as_format(&set, Format::Sarif, lang));
            let errors: Vec<String> =
                validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
            assert_eq!(errors, Vec::<String>::new());
        }
    }
}

#[test]
fn sarif_results_point_at_rules_places_and_edits() {
    let value = parse(&as_format(&[fixtures::proxy(), fixtures::many()], Format::Sarif, Lang::En));
    let run = &value["runs"][0];
    assert_eq!(run["tool"]["driver"]["semanticVersion"], "1.2.3");
    let mut prints = Vec::new();
    for result in run["results"].as_array().expect("a list") {
        let index = result["ruleIndex"].as_u64().expect("a number") as usize;
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        assert!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].is_string());
        prints.push(result["partialFingerprints"].to_string());
    }
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), 4, "each finding has its own fingerprint");
    let result = &run["results"][0];
    let place = &result["locations"][0]["physicalLocation"];
    assert_snapshot!(place.to_string(), @r#"{"artifactLocation":{"uri":"Dockerfile"},"region":{"endColumn":34,"endLine":6,"startColumn":13,"startLine":6}}"#);
    assert_snapshot!(result["fixes"].to_string(), @r#"[{"artifactChanges":[{"artifactLocation":{"uri":"Dockerfile"},"replacements":[{"deletedRegion":{"endColumn":1,"endLine":7,"startColumn":1,"startLine":6},"insertedContent":{"text":"ARG GOPROXY\n"}}]}],"description":{"text":"let the build reach the host's proxy (review first)"}}]"#);
    assert_snapshot!(run["results"][2]["fixes"][0]["artifactChanges"].to_string(), @r#"[{"artifactLocation":{"uri":"buildkitd.toml"},"replacements":[{"deletedRegion":{"endColumn":1,"endLine":2,"startColumn":1,"startLine":2},"insertedContent":{"text":"[dns]\n  nameservers = [\"1.1.1.1\", \"223.5.5.5\"]\n"}}]}]"#);
    assert_snapshot!(result["message"]["text"].as_str().unwrap_or_default(), @"
    GOPROXY names localhost, which inside the build container is the container itself

    The go command asked http://localhost:3000 for modules. A build step runs in its own network namespace, so localhost there is not this machine, and nothing listens on port 3000 inside.

    sure: verified (the Dockerfile sets it, the log shows it)

    help: let the build reach the host's proxy (review first)
    -ENV GOPROXY=http://localhost:3000
    +ARG GOPROXY
    docker build --network=host --build-arg GOPROXY=http://localhost:3000 .

    help: or let the proxy listen on the bridge's address
    docker build --build-arg GOPROXY=http://172.17.0.1:3000 .
    ");
}

#[test]
fn sarif_tells_what_nothing_explains() {
    let value = parse(&as_format(&[fixtures::unexplained()], Format::Sarif, Lang::En));
    assert_eq!(value["runs"][0]["results"], serde_json::json!([]));
    let note = &value["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(note["level"], "error");
    assert!(
        note["message"]["text"]
            .as_str()
            .is_some_and(|t| t.starts_with("the build failed, and no known cause"))
    );
}

#[test]
fn fingerprints_survive_the_next_build() {
    let first = fixtures::many();
    let mut next = first.clone();
    next.findings[0].evidence.iter_mut().for_each(|e| e.line += 7);
    next.findings[0].count = 12;
    next.input = "other.log".into();
    let print = |r: &Report| {
        let sarif = parse(&as_format(std::slice::from_ref(r), Format::Sarif, Lang::En));
        sarif["runs"][0]["results"][0]["partialFingerprints"].clone()
    };
    assert_eq!(print(&first), print(&next));
    next.findings[0].subjects[0] = "goproxy.cn".into();
    assert_ne!(print(&first), print(&next));
}

#[test]
fn github_annotations() {
    assert_snapshot!(as_format(&[fixtures::proxy()], Format::Github, Lang::En), @r#"
    ::error file=Dockerfile,line=6,endLine=6,col=13,endColumn=33,title=net-localhost-proxy%3A GOPROXY names localhost%2C which inside the build container is the container itself::GOPROXY names localhost, which inside the build container is the container itself%0Astage `build`, step 4 of 9, failed after 0.3 s with exit code 1%0Abuild.log:41: go: github.com/google/uuid@v1.6.0: Get "http://localhost:3000/github.com/google/uuid/@v/v1.6.0.mod": dial tcp [::1]:3000: connect: connection refused%0Asure: verified (the Dockerfile sets it, the log shows it)%0Awhy: The go command asked http://localhost:3000 for modules. A build step runs in its own network namespace, so localhost there is not this machine, and nothing listens on port 3000 inside.%0Ahelp: let the build reach the host's proxy (review first)%0A    -ENV GOPROXY=http://localhost:3000%0A    +ARG GOPROXY%0A    docker build --network=host --build-arg GOPROXY=http://localhost:3000 .%0Ahelp: or let the proxy listen on the bridge's address%0A    docker build --build-arg GOPROXY=http://172.17.0.1:3000 .
    ::warning file=Dockerfile,line=7,endLine=7,title=cache-env-missing%3A the module cache is not kept between builds::the module cache is not kept between builds%0Astage `build`, step 4 of 9, failed after 0.3 s with exit code 1%0Asure: possible (one explanation among several)%0Awhy: RUN has no cache mount.
    "#);
    assert_snapshot!(as_format(&[fixtures::unexplained()], Format::Github, Lang::Zh), @"::error file=docker/Dockerfile,line=12,endLine=12,title=构建失败，没有已知的原因与之相符::阶段 `assets`，第 5 步（共 7 步），运行 4.2 秒后失败，退出码 2%0Abuild.log:77：frobnicate: cannot frobnicate widgets/blue.wgt: bad parity in block 3%0Abuild.log:78：make: *** [Makefile:14: assets] Error 2%0A重新构建，并保留每一步的完整输出%0A    docker build --progress=plain . 2>&1 | seaworthy diagnose%0A或者读取 buildx 历史记录中最近一次失败的构建%0A    seaworthy diagnose --last");
    assert_eq!(as_format(&[fixtures::succeeded()], Format::Github, Lang::En), "");
}

/// A log line can neither begin a command of its own nor end a property early.
#[test]
fn github_annotations_cannot_be_injected() {
    for line in as_format(&all(), Format::Github, Lang::En).lines() {
        let (head, message) = line.strip_prefix("::").and_then(|l| l.split_once("::")).expect("a command");
        assert!(
            ["error", "warning", "notice"].contains(&head.split(' ').next().unwrap_or_default()),
            "{line}"
        );
        for property in head.split_once(' ').map_or("", |h| h.1).split(',').filter(|p| !p.is_empty()) {
            let (key, value) = property.split_once('=').expect("key and value");
            assert!(["file", "line", "endLine", "col", "endColumn", "title"].contains(&key), "{line}");
            assert!(!value.contains(':'), "{line}");
        }
        assert!(!message.contains('\r'));
    }
}

#[test]
fn junit_is_xml_with_right_counts() {
    for set in sets() {
        for lang in Lang::ALL {
            let text = as_format(&set, Format::Junit, lang);
            let xml = roxmltree::Document::parse(&text).expect("well-formed");
            let root = xml.root_element();
            let count = |name: &str| root.descendants().filter(|n| n.has_tag_name(name)).count().to_string();
            assert_eq!(root.attribute("tests"), Some(count("testcase").as_str()));
            assert_eq!(root.attribute("failures"), Some(count("failure").as_str()));
            assert_eq!(root.attribute("skipped"), Some(count("skipped").as_str()));
            assert_eq!(count("testsuite"), set.len().to_string());
            for (report, suite) in set.iter().zip(root.children().filter(|n| n.is_element())) {
                let failed = suite.descendants().filter(|n| n.has_tag_name("failure")).count();
                let wanted = usize::from(report.outcome == seaworthy_finding::Outcome::Failed);
                assert_eq!(failed, wanted, "{}", report.input);
            }
        }
    }
}

#[test]
fn junit_shows_the_failing_step_as_the_failing_test() {
    let text = as_format(&[fixtures::proxy()], Format::Junit, Lang::En);
    let xml = roxmltree::Document::parse(&text).expect("well-formed");
    let failure = xml.descendants().find(|n| n.has_tag_name("failure")).expect("one");
    assert_eq!(failure.attribute("type"), Some("net-localhost-proxy"));
    assert_eq!(failure.parent().and_then(|n| n.attribute("name")), Some("RUN go mod download"));
    assert!(failure.text().is_some_and(|t| t.contains(" 7 | RUN go mod download\n")));
    assert_snapshot!(as_format(&[fixtures::unclear()], Format::Junit, Lang::En), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="seaworthy" tests="1" failures="0" errors="0" skipped="1">
      <testsuite name="cut.log" tests="1" failures="0" errors="0" skipped="1">
        <testcase name="build" classname="build">
          <skipped message="cut.log does not say how the build ended"/>
        </testcase>
        <system-out>the log ends in the middle of step 3
    </system-out>
      </testsuite>
    </testsuites>
    "#);
}
