//! Slash-separated paths.

use dockerfile::ignore::clean;

/// `path` as seen from the folder `base`, cleaned; an absolute one stands for itself.
pub(crate) fn join(base: &str, path: &str) -> String {
    if path.starts_with('/') {
        clean(path)
    } else if base.is_empty() {
        let cleaned = clean(path);
        if cleaned == "." { String::new() } else { cleaned }
    } else {
        let cleaned = clean(&format!("{base}/{path}"));
        if cleaned == "." { String::new() } else { cleaned }
    }
}

/// A path of the build context: no leading slash, `..` cannot leave it, `""` is the context itself.
pub(crate) fn in_context(path: &str) -> String {
    clean(&format!("/{path}")).trim_start_matches('/').to_owned()
}

/// The folder of a path; `""` at the top of a relative one, `/` of an absolute one.
pub(crate) fn parent(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) => "/",
        Some(at) => &path[..at],
        None => "",
    }
}

/// The last part.
pub(crate) fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The rest of `path` below the folder `dir`; `Some("")` for the folder itself.
pub(crate) fn below<'a>(path: &'a str, dir: &str) -> Option<&'a str> {
    if dir == "/" {
        return path.strip_prefix('/');
    }
    if dir.is_empty() {
        return (!path.starts_with('/')).then_some(path);
    }
    let rest = path.strip_prefix(dir)?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix('/') }
}

/// How many letters must change, come or go to make `b` of `a`.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, &cb) in b.iter().enumerate() {
            let cost = diagonal + usize::from(ca != cb);
            let best = cost.min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], best);
        }
    }
    row[b.len()]
}
