//! Which modules and versions are served: rules by pattern and version range, and a minimum age.

use std::cmp::Ordering;
use std::time::Duration;

use gomod::pattern::Patterns;
use http::StatusCode;

use crate::config::{Policy, PolicyAction};
use crate::refusal::Refusal;

/// Comparators that must all hold: `>=v1.2.0 <v1.3.0`. Empty: every version.
#[derive(Debug, Clone)]
pub(crate) struct VersionRange(Vec<(Comparator, String)>);

#[derive(Debug, Clone, Copy)]
enum Comparator {
    Less,
    AtMost,
    Equal,
    Not,
    AtLeast,
    Greater,
}

impl VersionRange {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut all = Vec::new();
        for word in text.split_whitespace() {
            let (comparator, version) = [
                ("<=", Comparator::AtMost),
                (">=", Comparator::AtLeast),
                ("!=", Comparator::Not),
                ("<", Comparator::Less),
                (">", Comparator::Greater),
                ("=", Comparator::Equal),
                ("", Comparator::Equal),
            ]
            .into_iter()
            .find_map(|(sign, comparator)| Some((comparator, word.strip_prefix(sign)?)))
            .ok_or("")?;
            if !gomod::version::is_valid(version) {
                return Err(format!("`{word}`: want comparators such as >=v1.2.0 <v1.3.0"));
            }
            all.push((comparator, version.to_owned()));
        }
        Ok(Self(all))
    }

    fn holds(&self, version: &str) -> bool {
        self.0.iter().all(|(comparator, bound)| {
            let order = gomod::version::compare(version, bound);
            match comparator {
                Comparator::Less => order == Ordering::Less,
                Comparator::AtMost => order != Ordering::Greater,
                Comparator::Equal => order == Ordering::Equal,
                Comparator::Not => order != Ordering::Equal,
                Comparator::AtLeast => order != Ordering::Less,
                Comparator::Greater => order == Ordering::Greater,
            }
        })
    }

    fn is_everything(&self) -> bool {
        self.0.is_empty()
    }
}

#[derive(Debug)]
struct Rule {
    action: PolicyAction,
    modules: Patterns,
    versions: VersionRange,
    reason: String,
}

/// The rules, compiled.
#[derive(Debug)]
pub(crate) struct Gate {
    rules: Vec<Rule>,
    min_age: Option<Duration>,
    except: Patterns,
}

impl Gate {
    pub(crate) fn new(policy: &Policy) -> Result<Self, String> {
        let rules = policy
            .rules
            .iter()
            .map(|rule| {
                Ok(Rule {
                    action: rule.action,
                    modules: Patterns::parse(&rule.modules),
                    versions: VersionRange::parse(&rule.versions)?,
                    reason: rule.reason.clone(),
                })
            })
            .collect::<Result<_, String>>()?;
        Ok(Self { rules, min_age: policy.min_age, except: Patterns::parse(&policy.min_age_except) })
    }

    pub(crate) fn is_open(&self) -> bool {
        self.rules.is_empty() && self.min_age.is_none()
    }

    /// The age that versions of this module must have.
    pub(crate) fn min_age(&self, module: &str) -> Option<Duration> {
        self.min_age.filter(|_| !self.except.matches(module))
    }

    /// Is this version refused, whatever its age? `None` for the version: is the module refused as a whole?
    pub(crate) fn refusal(&self, module: &str, version: Option<&str>) -> Option<Refusal> {
        for rule in &self.rules {
            if !rule.modules.matches(module) {
                continue;
            }
            let applies = match version {
                Some(version) => rule.versions.holds(version),
                None => rule.versions.is_everything(),
            };
            if !applies {
                // Of the module as a whole nothing is known: some versions may be allowed.
                if version.is_none() && rule.action == PolicyAction::Allow {
                    return None;
                }
                continue;
            }
            return match rule.action {
                PolicyAction::Allow => None,
                PolicyAction::Deny => Some(forbidden(module, version, &rule.reason)),
            };
        }
        None
    }
}

fn forbidden(module: &str, version: Option<&str>, reason: &str) -> Refusal {
    let at = version.map(|version| format!("@{version}")).unwrap_or_default();
    let why = if reason.is_empty() { "denied by this proxy's rules" } else { reason };
    Refusal::new(StatusCode::FORBIDDEN, "proxy-forbidden", format!("{module}{at}: {why}"))
}

/// A version that is not old enough yet.
pub(crate) fn too_young(module: &str, version: &str, age: Duration, wanted: Duration) -> Refusal {
    let hours = |time: Duration| time.as_secs() / 3600;
    let text = format!(
        "{module}@{version} is {} h old; this proxy serves versions after {} h",
        hours(age),
        hours(wanted)
    );
    Refusal::new(StatusCode::FORBIDDEN, "proxy-forbidden", text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::PolicyRule;

    #[test]
    fn the_first_rule_that_matches_decides() {
        let rule = |action, modules: &str, versions: &str| PolicyRule {
            action,
            modules: modules.into(),
            versions: versions.into(),
            reason: String::new(),
        };
        let gate = Gate::new(&Policy {
            rules: vec![
                rule(PolicyAction::Allow, "good.example/*", ""),
                rule(PolicyAction::Deny, "mixed.example", ">=v1.2.0 <v1.3.0"),
                rule(PolicyAction::Allow, "mixed.example", ""),
                rule(PolicyAction::Deny, "*", ""),
            ],
            ..Policy::default()
        })
        .unwrap();
        for (module, version, denied) in [
            ("good.example/x", Some("v1.0.0"), false),
            ("mixed.example", Some("v1.2.5"), true),
            ("mixed.example", Some("v1.3.0"), false),
            ("mixed.example", None, false),
            ("bad.example", Some("v1.0.0"), true),
            ("bad.example", None, true),
        ] {
            assert_eq!(gate.refusal(module, version).is_some(), denied, "{module} {version:?}");
        }
        assert!(VersionRange::parse(">=1.2").is_err());
    }
}
