//! The JSON arrays of exec forms, with the place of every string.
//!
//! Three outcomes matter, as in Go's `encoding/json`: an array of strings, valid JSON that is something else inside
//! the array, and text that is no JSON (then the instruction is in shell form).

/// Why a text is no array of strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JsonError {
    /// No valid JSON array.
    NotArray,
    /// A JSON array that holds something else than strings.
    NotStrings,
}

/// A string of the array: its value, and its bytes (with quotes) in the text.
pub(crate) type JsonString = (String, usize, usize);

/// Parse `text` (leading white space allowed) as an array of strings.
pub(crate) fn string_array(text: &str) -> Result<Vec<JsonString>, JsonError> {
    let mut p = Parser { text, at: text.len() - text.trim_start().len() };
    if p.peek() != Some(b'[') {
        return Err(JsonError::NotArray);
    }
    p.at += 1;
    let mut strings = Vec::new();
    let mut others = false;
    p.blanks();
    if p.peek() == Some(b']') {
        p.at += 1;
    } else {
        loop {
            p.blanks();
            let start = p.at;
            if p.peek() == Some(b'"') {
                let value = p.string()?;
                strings.push((value, start, p.at));
            } else {
                p.value(0)?;
                others = true;
            }
            p.blanks();
            match p.bump() {
                Some(b',') => {}
                Some(b']') => break,
                _ => return Err(JsonError::NotArray),
            }
        }
    }
    p.blanks();
    if p.at != text.len() {
        return Err(JsonError::NotArray);
    }
    if others { Err(JsonError::NotStrings) } else { Ok(strings) }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn bump(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: u32) -> Result<(), JsonError> {
        if depth > 200 {
            return Err(JsonError::NotArray);
        }
        match self.peek() {
            Some(b'"') => self.string().map(|_| ()),
            Some(b'[') => self.container(b']', depth, false),
            Some(b'{') => self.container(b'}', depth, true),
            Some(b't') => self.literal("true"),
            Some(b'f') => self.literal("false"),
            Some(b'n') => self.literal("null"),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => Err(JsonError::NotArray),
        }
    }

    fn container(&mut self, close: u8, depth: u32, keyed: bool) -> Result<(), JsonError> {
        self.at += 1;
        self.blanks();
        if self.peek() == Some(close) {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.blanks();
            if keyed {
                if self.peek() != Some(b'"') {
                    return Err(JsonError::NotArray);
                }
                self.string()?;
                self.blanks();
                if self.bump() != Some(b':') {
                    return Err(JsonError::NotArray);
                }
                self.blanks();
            }
            self.value(depth + 1)?;
            self.blanks();
            match self.bump() {
                Some(b',') => {}
                Some(byte) if byte == close => return Ok(()),
                _ => return Err(JsonError::NotArray),
            }
        }
    }

    fn literal(&mut self, word: &str) -> Result<(), JsonError> {
        if self.text[self.at..].starts_with(word) {
            self.at += word.len();
            Ok(())
        } else {
            Err(JsonError::NotArray)
        }
    }

    fn number(&mut self) -> Result<(), JsonError> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.bump() {
            Some(b'0') => {}
            Some(b'1'..=b'9') => self.digits(),
            _ => return Err(JsonError::NotArray),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.some_digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.some_digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) {
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
    }

    fn some_digits(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        self.digits();
        if self.at == start { Err(JsonError::NotArray) } else { Ok(()) }
    }

    fn string(&mut self) -> Result<String, JsonError> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain =
                rest.bytes().position(|b| b == b'"' || b == b'\\' || b < 0x20).ok_or(JsonError::NotArray)?;
            out.push_str(&rest[..plain]);
            self.at += plain;
            match self.bump() {
                Some(b'"') => return Ok(out),
                Some(b'\\') => self.escape(&mut out)?,
                _ => return Err(JsonError::NotArray),
            }
        }
    }

    fn escape(&mut self, out: &mut String) -> Result<(), JsonError> {
        let c = match self.bump() {
            Some(c @ (b'"' | b'\\' | b'/')) => c as char,
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let unit = self.hex4()?;
                return self.utf16(unit, out);
            }
            _ => return Err(JsonError::NotArray),
        };
        out.push(c);
        Ok(())
    }

    /// Lone surrogates become U+FFFD, as in Go.
    fn utf16(&mut self, unit: u32, out: &mut String) -> Result<(), JsonError> {
        if (0xd800..0xdc00).contains(&unit) && self.text[self.at..].starts_with("\\u") {
            let before = self.at;
            self.at += 2;
            let low = self.hex4()?;
            if (0xdc00..0xe000).contains(&low) {
                let c = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                out.push(char::from_u32(c).unwrap_or('\u{fffd}'));
                return Ok(());
            }
            self.at = before;
        }
        out.push(char::from_u32(unit).unwrap_or('\u{fffd}'));
        Ok(())
    }

    fn hex4(&mut self) -> Result<u32, JsonError> {
        let digits = self.text.get(self.at..self.at + 4).ok_or(JsonError::NotArray)?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(JsonError::NotArray);
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|_| JsonError::NotArray)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table() {
        let ok = |text: &str| string_array(text).map(|v| v.into_iter().map(|s| s.0).collect::<Vec<_>>());
        assert_eq!(ok(r#"["a", "b c"]"#), Ok(vec!["a".into(), "b c".into()]));
        assert_eq!(ok(" [ ] "), Ok(vec![]));
        assert_eq!(ok(r#"["\u00e9\ud83d\ude00\n"]"#), Ok(vec!["é😀\n".into()]));
        assert_eq!(ok(r#"["a" "b"]"#), Err(JsonError::NotArray));
        assert_eq!(ok(r#"["a",]"#), Err(JsonError::NotArray));
        assert_eq!(ok("['a']"), Err(JsonError::NotArray));
        assert_eq!(ok(r#"["a"] # no"#), Err(JsonError::NotArray));
        assert_eq!(ok(r#"[ "$x" = y ] && z"#), Err(JsonError::NotArray));
        assert_eq!(ok(r#"["a", 1, {"b": [null, -1.5e3]}]"#), Err(JsonError::NotStrings));
        assert_eq!(ok("\"a\""), Err(JsonError::NotArray));
        assert_eq!(string_array(r#" ["ab"]"#), Ok(vec![("ab".into(), 2, 6)]));
    }
}
