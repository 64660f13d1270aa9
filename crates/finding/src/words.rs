//! Texts in every language a reader may choose.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// The language of messages. Ids and keys are never translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

/// One message in all languages. It cannot be built with one of them missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// English.
    pub en: Cow<'static, str>,
    /// Simplified Chinese.
    pub zh: Cow<'static, str>,
}

impl Words {
    /// A message known at compile time.
    #[must_use]
    pub const fn fixed(en: &'static str, zh: &'static str) -> Self {
        Self { en: Cow::Borrowed(en), zh: Cow::Borrowed(zh) }
    }

    /// A message made from facts of one build.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: Cow::Owned(en.into()), zh: Cow::Owned(zh.into()) }
    }

    /// The text in `lang`.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => &self.zh,
        }
    }

    /// The text in `lang` with `{0}`, `{1}`, ... replaced by `args`.
    ///
    /// Arguments are taken as they are: braces inside them mean nothing. A place without an argument stays as
    /// written; [`check_catalogue`] finds texts whose languages disagree about their places.
    #[must_use]
    pub fn fill(&self, lang: Lang, args: &[&str]) -> String {
        let mut rest = self.get(lang);
        let mut out = String::with_capacity(rest.len() + args.iter().map(|a| a.len()).sum::<usize>());
        while let Some(open) = rest.find('{') {
            out.push_str(&rest[..open]);
            rest = &rest[open..];
            let place = rest.find('}').and_then(|close| Some((close, rest[1..close].parse::<usize>().ok()?)));
            match place.and_then(|(close, n)| Some((close, args.get(n)?))) {
                Some((close, arg)) => {
                    out.push_str(arg);
                    rest = &rest[close + 1..];
                }
                None => {
                    out.push('{');
                    rest = &rest[1..];
                }
            }
        }
        out.push_str(rest);
        out
    }
}

impl Lang {
    /// Every language, English first.
    pub const ALL: [Self; 2] = [Self::En, Self::Zh];

    /// The language of a locale name such as `zh_CN.UTF-8`, `zh-Hans` or `C`; English unless it is Chinese.
    #[must_use]
    pub fn from_locale(name: &str) -> Self {
        let language = name.split(['_', '-', '.', '@']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("zh") { Self::Zh } else { Self::En }
    }

    /// The name taken by `--lang`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }

    /// The BCP 47 tag, as HTML and SARIF want it.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-Hans",
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Lang {
    type Err = UnknownName;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|l| l.name() == s).ok_or_else(|| UnknownName::new("language", s))
    }
}

/// A name that is not one of a fixed set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName {
    what: &'static str,
    name: String,
}

impl UnknownName {
    pub(crate) fn new(what: &'static str, name: &str) -> Self {
        Self { what, name: name.to_owned() }
    }
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown {} `{}`", self.what, self.name)
    }
}

impl std::error::Error for UnknownName {}

/// Declares a catalogue of user-interface texts: statics of [`Words`], and `ALL`, the list of them with their names.
///
/// A text without one of its languages does not compile. Give [`check_catalogue`] the list in a test.
#[macro_export]
macro_rules! catalogue {
    ($vis:vis, $($(#[$doc:meta])* $name:ident: $en:literal, $zh:literal;)+) => {
        $($(#[$doc])* $vis static $name: $crate::Words = $crate::Words::fixed($en, $zh);)+
        /// Every text of this catalogue with its name.
        #[allow(dead_code, reason = "a catalogue may be checked by its tests only")]
        $vis static ALL: &[(&str, &$crate::Words)] = &[$((stringify!($name), &$name)),+];
    };
}

/// What is wrong with a catalogue: empty texts, Chinese texts without a Chinese character, and texts whose
/// languages do not use the same places (`{0}`). Empty when all is well.
#[must_use]
pub fn check_catalogue(texts: &[(&str, &Words)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, words) in texts {
        if words.en.trim().is_empty() || words.zh.trim().is_empty() {
            wrong.push(format!("{name}: empty"));
        }
        let has_word = |s: &str| s.split(['{', '}']).step_by(2).any(|t| t.chars().any(char::is_alphabetic));
        if has_word(&words.en) && !words.zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) {
            wrong.push(format!("{name}: no Chinese in `{}`", words.zh));
        }
        if places(&words.en) != places(&words.zh) {
            wrong.push(format!("{name}: places differ: `{}`, `{}`", words.en, words.zh));
        }
    }
    wrong
}

fn places(text: &str) -> Vec<usize> {
    let mut places: Vec<usize> =
        text.split('{').skip(1).filter_map(|t| t.split_once('}')?.0.parse().ok()).collect();
    places.sort_unstable();
    places.dedup();
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fill_takes_arguments_literally() {
        let words = Words::fixed("{1} of {0}, {2} and {x}", "{0} 之 {1}");
        assert_eq!(words.fill(Lang::En, &["{1}", "a"]), "a of {1}, {2} and {x}");
        assert_eq!(words.fill(Lang::Zh, &["{1}", "a"]), "{1} 之 a");
    }

    #[test]
    fn check_finds_what_a_translator_forgets() {
        let (a, b) = (Words::fixed("one {0}", "one"), Words::fixed("", "二"));
        assert_eq!(
            check_catalogue(&[("A", &a), ("B", &b)]),
            ["A: no Chinese in `one`", "A: places differ: `one {0}`, `one`", "B: empty"]
        );
    }

    #[test]
    fn locales() {
        for (name, lang) in [
            ("zh_CN.UTF-8", Lang::Zh),
            ("zh", Lang::Zh),
            ("zh-Hans-CN", Lang::Zh),
            ("en_US.UTF-8", Lang::En),
            ("C", Lang::En),
            ("", Lang::En),
            ("zha", Lang::En),
        ] {
            assert_eq!(Lang::from_locale(name), lang, "{name}");
        }
        assert_eq!("zh".parse(), Ok(Lang::Zh));
        assert_eq!("fr".parse::<Lang>().map_err(|e| e.to_string()), Err("unknown language `fr`".to_owned()));
    }
}
