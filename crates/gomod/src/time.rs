//! Just enough calendar for pseudo-versions and `.info` files: seconds since 1970, UTC, Gregorian.

/// Seconds since 1970-01-01T00:00:00Z, without leap seconds; negative before.
pub type UnixTime = i64;

/// A date and time of day, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// Year, 1 and later in what Go writes.
    pub year: i64,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
    /// 0 to 23.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
    /// 0 to 59.
    pub second: u32,
}

impl Civil {
    /// The moment; `None` when there is no such date or time.
    pub fn to_unix(self) -> Option<UnixTime> {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        let days_in_month = match self.month {
            2 => 28 + u32::from(leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        if self.day == 0 || self.day > days_in_month || self.hour > 23 || self.minute > 59 || self.second > 59
        {
            return None;
        }
        // Years begin in March, so that the leap day is the last of its year.
        let year = if self.month <= 2 { self.year - 1 } else { self.year };
        let month = i64::from((self.month + 9) % 12);
        let day_of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        let days =
            365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year;
        let seconds = i64::from(self.hour * 3600 + self.minute * 60 + self.second);
        Some((days - 719_468) * 86_400 + seconds)
    }

    /// The date and time of a moment.
    pub fn from_unix(time: UnixTime) -> Self {
        let (days, second) = (time.div_euclid(86_400) + 719_468, time.rem_euclid(86_400));
        let era = days.div_euclid(146_097);
        let day = days.rem_euclid(146_097);
        let year_of_era = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        let day_of_year = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        Self {
            year: era * 400 + year_of_era + i64::from(month <= 2),
            month: month as u32,
            day: (day_of_year - (153 * shifted + 2) / 5 + 1) as u32,
            hour: (second / 3600) as u32,
            minute: (second / 60 % 60) as u32,
            second: (second % 60) as u32,
        }
    }
}

/// `2006-01-02T15:04:05Z`.
pub fn format_rfc3339(time: UnixTime) -> String {
    let t = Civil::from_unix(time);
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", t.year, t.month, t.day, t.hour, t.minute, t.second)
}

/// The moment of an RFC 3339 text (`2006-01-02T15:04:05.999+01:00`), fractions of a second dropped.
pub fn parse_rfc3339(text: &str) -> Option<UnixTime> {
    let b = text.as_bytes();
    if b.len() < 20 || !text.is_ascii() || [b[4], b[7], b[10], b[13], b[16]] != *b"--T::" {
        return None;
    }
    let n = |range: std::ops::Range<usize>| {
        let digits = &text[range];
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<u32>().ok()).flatten()
    };
    let civil = Civil {
        year: i64::from(n(0..4)?),
        month: n(5..7)?,
        day: n(8..10)?,
        hour: n(11..13)?,
        minute: n(14..16)?,
        second: n(17..19)?,
    };
    let mut zone = &text[19..];
    if let Some(fraction) = zone.strip_prefix('.') {
        let rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        if rest.len() == fraction.len() {
            return None;
        }
        zone = rest;
    }
    let offset = match zone.as_bytes() {
        b"Z" => 0,
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let at = text.len() - 5;
            let (hours, minutes) = (n(at..at + 2)?, n(at + 3..at + 5)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let seconds = i64::from(hours * 3600 + minutes * 60);
            if *sign == b'+' { seconds } else { -seconds }
        }
        _ => return None,
    };
    Some(civil.to_unix()? - offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_texts() {
        for (text, unix) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2006-01-02T15:04:05Z", 1_136_214_245),
            ("2000-02-29T23:59:59Z", 951_868_799),
            ("1969-12-31T23:59:59Z", -1),
            ("0001-01-01T00:00:00Z", -62_135_596_800),
        ] {
            assert_eq!(parse_rfc3339(text), Some(unix), "{text}");
            assert_eq!(format_rfc3339(unix), text);
        }
        assert_eq!(parse_rfc3339("2006-01-02T15:04:05.25+01:30"), Some(1_136_214_245 - 5400));
        for bad in [
            "",
            "2006-02-30T00:00:00Z",
            "2006-01-02 15:04:05Z",
            "2006-01-02T15:04:05",
            "2006-01-02T15:04:05.Z",
        ] {
            assert_eq!(parse_rfc3339(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_day_of_four_centuries_round_trips() {
        for day in -719_162..(146_097 * 2) {
            let t = Civil::from_unix(day * 86_400);
            assert_eq!(t.to_unix(), Some(day * 86_400), "{t:?}");
        }
    }
}
