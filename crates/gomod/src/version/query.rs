//! What may stand after the `@` of `go get module@...`, and the choice that Go makes among known versions.

use std::cmp::Ordering;

use super::pseudo::is_pseudo;
use super::{Semver, canonical, compare, compare_total, major_minor, prerelease};
use crate::path::{check_path_major, split_path_version};

/// A version query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// `none`: no version at all (`go get module@none` drops it).
    None,
    /// `latest`: the highest release, else the highest pre-release, else the newest commit.
    Latest,
    /// `upgrade`: `latest`, but never below the current version.
    Upgrade,
    /// `patch`: the highest version with the current major and minor number.
    Patch,
    /// `<`, `<=`, `>`, `>=` and a version; the nearest match wins.
    Range(Comparison, String),
    /// `v1` or `v1.2`: the highest version that begins so.
    Prefix(String),
    /// A full version, perhaps with build metadata, in which case the server may answer with another.
    Version(String),
    /// Anything else: a branch, tag or commit.
    Revision(String),
}

/// The operator of [`Query::Range`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparison {
    /// Whether `order`, of a version against the bound, is allowed.
    fn allows(self, order: Ordering) -> bool {
        match self {
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// A query that Go refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// The bound of a range is no version.
    #[error("invalid semantic version {version:?} in range {query:?}")]
    InvalidBound {
        /// The bound.
        version: String,
        /// The whole query.
        query: String,
    },
    /// `<=v1.2` and `>v1.2` do not say what they mean for `v1.2.3`.
    #[error("ambiguous semantic version {version:?} in range {query:?}")]
    AmbiguousBound {
        /// The bound.
        version: String,
        /// The whole query.
        query: String,
    },
    /// `patch` needs to know the version in use.
    #[error("cannot query version \"patch\" without a current version")]
    NoPatchBase,
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// When the bound of a range is no version or an ambiguous one.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        match text {
            "none" => return Ok(Query::None),
            "latest" => return Ok(Query::Latest),
            "upgrade" => return Ok(Query::Upgrade),
            "patch" => return Ok(Query::Patch),
            _ => {}
        }
        // The longer operators first: `<=v1.0.0` also begins with `<`.
        for (operator, comparison) in [
            ("<=", Comparison::LessOrEqual),
            ("<", Comparison::Less),
            (">=", Comparison::GreaterOrEqual),
            (">", Comparison::Greater),
        ] {
            let Some(bound) = text.strip_prefix(operator) else { continue };
            let (version, query) = (bound.to_owned(), text.to_owned());
            let Some(parsed) = Semver::parse(bound) else {
                return Err(QueryError::InvalidBound { version, query });
            };
            let ambiguous = matches!(comparison, Comparison::LessOrEqual | Comparison::Greater);
            if parsed.numbers < 3 && ambiguous {
                return Err(QueryError::AmbiguousBound { version, query });
            }
            return Ok(Query::Range(comparison, version));
        }
        Ok(match Semver::parse(text) {
            Some(parsed) if parsed.numbers < 3 => Query::Prefix(text.to_owned()),
            Some(_) => Query::Version(text.to_owned()),
            None => Query::Revision(text.to_owned()),
        })
    }

    /// Whether one `.info` request answers the query: it names a version or revision instead of choosing among
    /// known versions.
    pub fn is_direct(&self) -> bool {
        matches!(self, Query::Version(_) | Query::Revision(_))
    }

    /// Whether Go may fall back to `@latest` (the newest commit) when no tagged version fits.
    pub fn may_use_latest(&self, current: Option<&str>) -> bool {
        match self {
            Query::Latest => true,
            Query::Upgrade => current.is_none_or(is_pseudo),
            Query::Patch => current.is_some_and(is_pseudo),
            _ => false,
        }
    }

    /// Whether the query admits this version, `current` being the one in use.
    pub fn admits(&self, version: &str, current: Option<&str>) -> bool {
        match self {
            Query::None | Query::Revision(_) => false,
            Query::Latest => true,
            Query::Upgrade => current.is_none_or(|current| compare(version, current).is_ge()),
            Query::Patch => current.is_some_and(|current| {
                let same_line = major_minor(current)
                    .is_some_and(|line| version.strip_prefix(&line).is_some_and(|r| r.starts_with('.')));
                same_line && compare(version, current).is_ge()
            }),
            Query::Range(comparison, bound) => comparison.allows(compare(version, bound)),
            Query::Prefix(prefix) => {
                // Pre-releases of the prefix itself come before it and do not count.
                version.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.starts_with('.'))
                    && compare(version, prefix).is_ge()
            }
            Query::Version(wanted) => {
                canonical(wanted).is_some_and(|prefix| version.starts_with(&prefix))
                    && compare(version, wanted).is_eq()
            }
        }
    }

    /// The version that Go takes from a `list` answer: releases before pre-releases, the highest one (the lowest
    /// for `>` and `>=`).
    ///
    /// `+incompatible` versions count only when `has_go_mod` says that the highest admitted compatible version
    /// below them has no `go.mod`, or when the query or the version in use asks for them; it is called at most
    /// once. Retracted and excluded versions are the caller's to leave out of `versions`.
    pub fn choose<'v>(
        &self,
        module_path: &str,
        versions: impl IntoIterator<Item = &'v str>,
        current: Option<&str>,
        mut has_go_mod: impl FnMut(&str) -> bool,
    ) -> Option<&'v str> {
        let mut admitted: Vec<&str> =
            versions.into_iter().filter(|v| super::is_valid(v) && self.admits(v, current)).collect();
        admitted.sort_by(|a, b| compare_total(a, b));
        if !self.wants_incompatible(module_path, current) {
            let first = admitted.iter().position(|v| super::is_incompatible(v)).unwrap_or(admitted.len());
            if first > 0 && first < admitted.len() && has_go_mod(admitted[first - 1]) {
                admitted.truncate(first);
            }
        }
        let lowest = matches!(self, Query::Range(Comparison::Greater | Comparison::GreaterOrEqual, _));
        let pick = |pre: bool| {
            let mut fitting = admitted.iter().copied().filter(|v| prerelease(v).is_empty() != pre);
            if lowest { fitting.next() } else { fitting.next_back() }
        };
        pick(false).or_else(|| pick(true))
    }

    fn wants_incompatible(&self, module_path: &str, current: Option<&str>) -> bool {
        if current.is_some_and(|v| v.ends_with("+incompatible")) {
            return true;
        }
        let (Query::Range(_, version) | Query::Prefix(version) | Query::Version(version)) = self else {
            return false;
        };
        match split_path_version(module_path) {
            Some((_, major)) => check_path_major(version, major).is_err(),
            None => true,
        }
    }
}
