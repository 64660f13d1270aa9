//! Which Go version brought a package or a name of the standard library, from Go's own `api/go1.N.txt`.

use std::collections::HashMap;
use std::sync::LazyLock;

const TABLE: &str = include_str!("stdlib.txt");

struct Table {
    packages: HashMap<&'static str, u32>,
    names: HashMap<&'static str, u32>,
}

static PARSED: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { packages: HashMap::new(), names: HashMap::new() };
    for line in TABLE.lines() {
        let mut words = line.split(' ');
        let (kind, version) = (words.next(), words.next().and_then(|v| v.parse().ok()));
        let Some(version) = version else { continue };
        let into = match kind {
            Some("package") => &mut table.packages,
            Some("name") => &mut table.names,
            _ => continue,
        };
        into.extend(words.map(|word| (word, version)));
    }
    table
});

/// The minor version of Go 1 that brought a package (`math/bits` -> 9).
#[must_use]
pub(crate) fn package_since(path: &str) -> Option<u32> {
    PARSED.packages.get(path).copied()
}

/// The minor version of Go 1 that brought `package.Name` or `package.Type.Member`; known from 1.5 on.
#[must_use]
pub(crate) fn name_since(name: &str) -> Option<u32> {
    PARSED.names.get(name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_known() {
        assert_eq!(package_since("math/bits"), Some(9));
        assert_eq!(package_since("context"), Some(7));
        assert_eq!(package_since("slices"), Some(21));
        assert_eq!(package_since("fmt"), Some(0));
        assert_eq!(package_since("github.com/x"), None);
        assert_eq!(name_since("errors.Is"), Some(13));
        assert_eq!(name_since("types.TypeName.IsAlias"), Some(9));
    }
}
