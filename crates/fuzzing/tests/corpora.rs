//! Every input kept in `fuzz/corpus/` must still pass its target. Inputs that once found something stay there.

use std::path::{Path, PathBuf};
use std::{fs, panic};

fn corpora() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

#[test]
fn what_fuzzing_kept_is_still_understood() {
    let mut wrong = Vec::new();
    for (name, target) in fuzzing::TARGETS {
        let folder = corpora().join("corpus").join(name);
        let files = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        let mut count = 0;
        for file in files {
            let file = file.unwrap().path();
            let bytes = fs::read(&file).unwrap();
            count += 1;
            if panic::catch_unwind(|| target(&bytes)).is_err() {
                wrong.push(file);
            }
        }
        assert!(count > 0, "{name} has no corpus");
    }
    assert!(wrong.is_empty(), "these inputs break their target: {wrong:#?}");
}

#[test]
fn every_target_can_be_fuzzed() {
    let mut files: Vec<String> = fs::read_dir(corpora().join("fuzz_targets"))
        .unwrap()
        .filter_map(|e| Some(e.unwrap().file_name().to_str()?.strip_suffix(".rs")?.to_owned()))
        .collect();
    files.sort();
    let names: Vec<&str> = fuzzing::TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(files, names);
}
