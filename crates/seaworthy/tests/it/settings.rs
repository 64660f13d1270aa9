//! Settings: the command line wins over the environment, that over `seaworthy.toml`.

use crate::common::{FAILED, World};
use insta::assert_snapshot;

#[test]
fn each_layer_wins_over_the_next() {
    let world = World::new();
    world.write("build.log", FAILED);
    world.write(".git/HEAD", "");
    world.write("seaworthy.toml", "lang = 'zh'\nformat = 'markdown'\n");
    world.write("deep/er/build.log", FAILED);
    let said = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = world.command(["diagnose", "build.log"]);
        let command = command.current_dir(world.work().join("deep/er")).args(arguments);
        String::from_utf8(command.envs(variables.iter().copied()).output().unwrap().stdout).unwrap()
    };
    let from_file = said(&[], &[]);
    assert!(from_file.starts_with('#') && from_file.contains("很可能"), "{from_file}");
    let from_environment = said(&[], &[("SEAWORTHY_FORMAT", "json"), ("SEAWORTHY_LANG", "en")]);
    assert!(from_environment.starts_with('{') && !from_environment.contains("很可能"), "{from_environment}");
    let typed = said(
        &["--format", "text", "--lang", "en"],
        &[("SEAWORTHY_FORMAT", "json"), ("SEAWORTHY_LANG", "zh")],
    );
    assert!(typed.starts_with("error["), "{typed}");
}

#[test]
fn unknown_keys_are_named() {
    let world = World::new();
    world.write("seaworthy.toml", "# settings\nlang = 'zh'\ncolour = 'never'\n");
    assert_snapshot!(world.run(["causes"]), @"
    exit code: 2
    --- stdout
    --- stderr
    error: [world]/work/seaworthy.toml:3: there is no setting `colour`
    help: settings are: builder, color, format, lang, quiet
    ");
}

#[test]
fn wrong_values_are_named() {
    let world = World::new();
    world.write("seaworthy.toml", "\n\nformat = 'yaml'\n");
    assert_snapshot!(world.run(["causes"]), @"
    exit code: 2
    --- stdout
    --- stderr
    error: [world]/work/seaworthy.toml:3: `yaml` is no value for format
    help: possible values: text, json, sarif, github, markdown, junit, html
    ");
    let output = world.command(["causes"]).env("SEAWORTHY_LANG", "klingon").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_snapshot!(String::from_utf8(output.stderr).unwrap(), @"
    error: the environment variable SEAWORTHY_LANG has the value `klingon`
    help: possible values: en, zh
    ");
}
