//! Every recorded log gets its cause; logs of builds that did not fail raise no alarm.

use lab::judge::{diagnose, judge, program, quiet};
use lab::wrap::Wrapper;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::thread;

fn seaworthy() -> &'static PathBuf {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| program().expect("the program under test"))
}

/// Recordings that are not read right yet, with what is missing. A name goes when its gap is closed.
const KNOWN_GAPS: [&str; 9] = [
    // A linter's bare finding without any word of who printed it.
    "gate-vet/go",
    // GOPATH mode: the same words as a missing requirement.
    "gopath-layout/buildkit",
    "gopath-layout/classic",
    "gopath-layout/go",
    // The last error misleads although `-x` shows the proxy's 503 before it.
    "proxy-pipe-misleads/go",
    // Buildah's own wording of two syntax errors.
    "syntax-missing-argument/buildah",
    "syntax-unknown-instruction/buildah",
    // `no Go files` alone, without a command.
    "target-no-go-files/go",
    // A script that traps its own failure prints one.
    "bash-trap",
];

/// Checks every case, two at once; fails with every one that went wrong, not only the first.
fn each<T: Sync>(
    cases: &[T],
    name: impl Fn(&T) -> String + Sync,
    check: impl Fn(&T) -> Result<(), String> + Sync,
) {
    let wrong: Vec<String> = thread::scope(|scope| {
        let halves = cases.chunks(cases.len().div_ceil(2).max(1)).map(|half| {
            let (name, check) = (&name, &check);
            scope.spawn(move || {
                let wrong =
                    half.iter().filter_map(|one| Some(format!("{}: {}", name(one), check(one).err()?)));
                wrong.collect::<Vec<_>>()
            })
        });
        let halves: Vec<_> = halves.collect();
        halves.into_iter().flat_map(|half| half.join().expect("a checker")).collect()
    });
    let gap = |line: &String| KNOWN_GAPS.iter().any(|gap| line.starts_with(gap));
    let wrong: Vec<String> = wrong.into_iter().filter(|line| !gap(line)).collect();
    assert!(wrong.is_empty(), "{} of {} are wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn every_recording_gets_its_cause() {
    let all = lab::recordings().expect("the recordings");
    each(
        &all,
        |one| format!("{}/{}", one.scenario, one.dialect),
        |one| diagnose(seaworthy(), &one.log).and_then(|(report, code)| judge(one, &report, code)),
    );
}

#[test]
fn a_recording_is_read_the_same_inside_a_ci_log() {
    let plain = ["classic", "engine-buildkit", "buildkit", "buildah", "go"];
    let all = lab::recordings().expect("the recordings");
    let cases: Vec<_> = all
        .iter()
        .filter(|one| plain.contains(&one.dialect.as_str()))
        .enumerate()
        .map(|(n, one)| (one, Wrapper::ALL[n % Wrapper::ALL.len()]))
        .collect();
    each(
        &cases,
        |(one, wrapper)| format!("{}/{} in {wrapper:?}", one.scenario, one.dialect),
        |(one, wrapper)| {
            diagnose(seaworthy(), &wrapper.wrap(&one.log))
                .and_then(|(report, code)| judge(one, &report, code))
        },
    );
}

#[test]
fn logs_without_a_failure_raise_no_alarm() {
    let all = lab::successes().expect("the archive");
    each(
        &all,
        |one| one.name.clone(),
        |one| diagnose(seaworthy(), one.log.as_bytes()).and_then(|(report, code)| quiet(&report, code)),
    );
}

#[test]
fn the_lab_is_broad_enough() {
    let all = lab::recordings().expect("the recordings");
    let mut dialects_of = std::collections::BTreeMap::<&str, BTreeSet<&str>>::new();
    for one in all.iter().filter(|r| r.cause != "success") {
        dialects_of.entry(&one.cause).or_default().insert(&one.dialect);
    }
    let in_two = dialects_of.values().filter(|dialects| dialects.len() >= 2).count();
    assert!(in_two >= 40, "{in_two} causes are recorded in two dialects or more: {dialects_of:#?}");
    let good =
        lab::successes().expect("the archive").len() + all.iter().filter(|r| r.cause == "success").count();
    assert!(good >= 200, "{good} logs without a failure");
}

#[test]
fn every_recording_belongs_to_a_scenario_and_carries_its_label() {
    let scenarios = lab::scenarios().expect("the scenarios");
    for one in lab::recordings().expect("the recordings") {
        let scenario = scenarios.iter().find(|s| s.name == one.scenario);
        let scenario = scenario.unwrap_or_else(|| panic!("{} has no scenario", one.scenario));
        assert_eq!((&scenario.cause, &scenario.secondary), (&one.cause, &one.secondary), "{}", one.scenario);
    }
}

#[test]
fn recordings_name_nothing_of_the_machine_they_come_from() {
    let suspects = ["/tmp/seaworthy-lab", "203.0.113."];
    let logs = lab::recordings()
        .expect("the recordings")
        .into_iter()
        .map(|r| (r.scenario + "/" + &r.dialect, r.log));
    let good = lab::successes().expect("the archive").into_iter().map(|s| (s.name, s.log.into_bytes()));
    for (name, log) in logs.chain(good) {
        let text = String::from_utf8_lossy(&log);
        for suspect in suspects {
            assert!(!text.contains(suspect), "{name} contains {suspect}");
        }
    }
}
