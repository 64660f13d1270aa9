//! What each cause asks of the project's files, one file a family.

pub(crate) mod access;
pub(crate) mod context;
pub(crate) mod gover;
pub(crate) mod module;
pub(crate) mod net;
pub(crate) mod stage;
pub(crate) mod tools;

/// The number of edits between two short words, and at most `most + 1`.
pub(crate) fn distance(a: &str, b: &str, most: usize) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most || a.len() > 64 {
        return most + 1;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let next = (corner + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            corner = std::mem::replace(&mut row[j + 1], next);
        }
    }
    row[b.len()]
}

/// The word nearest to `word`, when it differs by a slip of the keyboard.
pub(crate) fn nearest<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let most = if word.len() < 4 { 1 } else { 2 };
    known
        .map(|k| (distance(&word.to_lowercase(), &k.to_lowercase(), most), k))
        .filter(|(d, _)| *d > 0 && *d <= most)
        .min_by_key(|(d, _)| *d)
        .map(|(_, k)| k)
}
