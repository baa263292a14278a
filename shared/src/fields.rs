//! The door for input: every field is read through here, every violation is collected, and one answer names them all.
//!
//! A method that refuses returns a placeholder; `finish` hands out the input only if nothing was refused, so that a
//! placeholder never gets through.

use std::fmt::Display;
use std::ops::RangeInclusive;

use chrono::NaiveDate;
use prost_types::{FieldMask, Struct, Timestamp};
use proto::Vocabulary;
use tonic::Code;
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use crate::amount::{Amount, AmountError};
use crate::clock::{self, Time};
use crate::error::{Refusal, Result};
use crate::hundredths::Hundredths;
use crate::json::{self, Json};
use crate::word::Word;

/// The reason of most bad fields; amounts have their own.
const FIELD_INVALID: &str = "FIELD_INVALID";
const MISSING: &str = "is required";

/// The violations found so far.
#[derive(Debug, Default)]
pub struct Fields {
    violations: Vec<Violation>,
}

#[derive(Debug)]
struct Violation {
    path: String,
    what: String,
    reason: &'static str,
}

impl Fields {
    /// Nothing found yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes what is wrong with a field.
    pub fn refuse(&mut self, path: impl Into<String>, what: impl Into<String>) {
        self.refuse_as(path.into(), what.into(), FIELD_INVALID);
    }

    fn refuse_as(&mut self, path: String, what: String, reason: &'static str) {
        self.violations.push(Violation { path, what, reason });
    }

    /// Whether nothing has been refused so far.
    #[must_use]
    pub fn all_good(&self) -> bool {
        self.violations.is_empty()
    }

    /// Hands out the input if every field was good.
    ///
    /// # Errors
    /// INVALID_ARGUMENT with every violation.
    pub fn finish<T>(self, input: T) -> Result<T> {
        let Some(first) = self.violations.first() else { return Ok(input) };
        let same = self.violations.iter().all(|violation| violation.reason == first.reason);
        let reason = if same { first.reason } else { FIELD_INVALID };
        let named: Vec<String> = self.violations.iter().map(|bad| format!("{} {}", bad.path, bad.what)).collect();
        let refusal = Refusal::new(Code::InvalidArgument, reason, named.join("; "));
        Err(Refusal { fields: self.violations.into_iter().map(|bad| (bad.path, bad.what)).collect(), ..refusal }.into())
    }

    /// A text that has to be there: trimmed, in NFC, its length counted in code points.
    pub fn text(&mut self, path: &str, text: &str, length: RangeInclusive<usize>) -> String {
        let text: String = text.trim().nfc().collect();
        let count = text.chars().count();
        if text.is_empty() && *length.start() > 0 {
            self.refuse(path, MISSING);
        } else if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.refuse(path, "must not contain control characters");
        } else if !length.contains(&count) {
            self.refuse(path, format!("must have {} to {} characters, has {count}", length.start(), length.end()));
        }
        text
    }

    /// A text that may be missing: empty means it is.
    pub fn optional_text(&mut self, path: &str, text: &str, length: RangeInclusive<usize>) -> Option<String> {
        if text.trim().is_empty() { None } else { Some(self.text(path, text, length)) }
    }

    /// A bounded list of texts.
    pub fn texts(&mut self, path: &str, texts: &[String], most: usize, length: RangeInclusive<usize>) -> Vec<String> {
        if texts.len() > most {
            self.refuse(path, format!("must have at most {most} entries, has {}", texts.len()));
            return Vec::new();
        }
        let each = texts.iter().enumerate();
        each.map(|(index, text)| self.text(&format!("{path}[{index}]"), text, length.clone())).collect()
    }

    /// An id that has to be there.
    pub fn id<T: From<Uuid>>(&mut self, path: &str, text: &str) -> T {
        if text.is_empty() {
            self.refuse(path, MISSING);
        }
        self.optional_id(path, text).unwrap_or_else(|| Uuid::nil().into())
    }

    /// An id that may be missing.
    pub fn optional_id<T: From<Uuid>>(&mut self, path: &str, text: &str) -> Option<T> {
        if text.is_empty() {
            return None;
        }
        // 36 characters: the hyphenated form, not the others that the crate would read.
        if let Some(id) = Uuid::try_parse(text).ok().filter(|id| text.len() == 36 && !id.is_nil()) {
            return Some(id.into());
        }
        self.refuse(path, "must be a UUID");
        None
    }

    /// A word of an enum.
    pub fn word<E: Vocabulary>(&mut self, path: &str, number: i32) -> Word<E> {
        if number == 0 {
            self.refuse(path, MISSING);
        }
        self.optional_word(path, number).unwrap_or_default()
    }

    /// A word of an enum; unspecified means it is missing.
    pub fn optional_word<E: Vocabulary>(&mut self, path: &str, number: i32) -> Option<Word<E>> {
        if number == 0 {
            return None;
        }
        let word = E::try_from(number).ok().map(Word);
        if word.is_none() {
            let words: Vec<&str> = E::iter().skip(1).map(Into::into).collect();
            self.refuse(path, format!("must be one of {}", words.join(", ")));
        }
        word
    }

    /// An amount above zero.
    pub fn amount(&mut self, path: &str, text: &str) -> Amount {
        self.judged_amount(path, Amount::parse_positive(text))
    }

    /// The same where it may be missing: empty means it is.
    pub fn optional_amount(&mut self, path: &str, text: &str) -> Option<Amount> {
        if text.is_empty() { None } else { Some(self.amount(path, text)) }
    }

    /// An amount that may be zero, but not missing.
    pub fn amount_or_zero(&mut self, path: &str, text: &str) -> Amount {
        self.judged_amount(path, Amount::parse(text))
    }

    fn judged_amount(&mut self, path: &str, judged: Result<Amount, AmountError>) -> Amount {
        judged.unwrap_or_else(|error| {
            self.refuse_as(path.to_owned(), error.to_string(), error.reason());
            Amount::ZERO
        })
    }

    /// A number within bounds.
    pub fn number<T: PartialOrd + Copy + Display>(&mut self, path: &str, number: T, bounds: RangeInclusive<T>) -> T {
        if !bounds.contains(&number) {
            self.refuse(path, format!("must lie between {} and {}", bounds.start(), bounds.end()));
        }
        number
    }

    /// A percent, score or rating: decimal text with at most two places; the bounds are hundredths.
    pub fn hundredths(&mut self, path: &str, text: &str, bounds: RangeInclusive<i32>) -> Hundredths {
        if let Some(value) = Hundredths::parse(text).filter(|value| bounds.contains(&value.0)) {
            return value;
        }
        let (least, most) = (Hundredths(*bounds.start()), Hundredths(*bounds.end()));
        self.refuse(path, format!("must be decimal text from {least} to {most} with at most 2 places"));
        Hundredths::default()
    }

    /// The same where it may be missing.
    pub fn optional_hundredths(&mut self, path: &str, text: &str, bounds: RangeInclusive<i32>) -> Option<Hundredths> {
        if text.is_empty() { None } else { Some(self.hundredths(path, text, bounds)) }
    }

    /// A moment that may be missing.
    pub fn time(&mut self, path: &str, time: Option<&Timestamp>) -> Option<Time> {
        let read = clock::from_proto(*time?);
        if read.is_none() {
            self.refuse(path, "must be a moment between the years 1 and 9999");
        }
        read
    }

    /// A moment that has to be there.
    pub fn required_time(&mut self, path: &str, time: Option<&Timestamp>) -> Time {
        if time.is_none() {
            self.refuse(path, MISSING);
        }
        self.time(path, time).unwrap_or_default()
    }

    /// A time between two moments, each of which may be missing.
    pub fn period(
        &mut self,
        since_path: &str,
        since: Option<&Timestamp>,
        until_path: &str,
        until: Option<&Timestamp>,
    ) -> (Option<Time>, Option<Time>) {
        let (since, until) = (self.time(since_path, since), self.time(until_path, until));
        if since.zip(until).is_some_and(|(since, until)| since >= until) {
            self.refuse(until_path, format!("must lie after {since_path}"));
        }
        (since, until)
    }

    /// A day, `YYYY-MM-DD`; empty means it is missing.
    pub fn date(&mut self, path: &str, text: &str) -> Option<String> {
        if text.is_empty() {
            return None;
        }
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(|day| day.to_string());
        let day = day.filter(|day| day == text);
        if day.is_none() {
            self.refuse(path, "must be a day, YYYY-MM-DD");
        }
        day
    }

    /// An e-mail address, lower-cased. Whether it exists only a message can tell.
    pub fn email(&mut self, path: &str, text: &str) -> String {
        let email = self.text(path, text, 3..=254).to_lowercase();
        let parts = email.split_once('@').is_some_and(|(local, host)| {
            let host_is_sound =
                host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains("..");
            !local.is_empty() && local.len() <= 64 && host_is_sound && !host.contains('@')
        });
        if !email.is_empty() && (!parts || email.chars().any(|c| c.is_whitespace() || c.is_control())) {
            self.refuse(path, "must be an e-mail address");
        }
        email
    }

    /// An address of the web, https only; empty means it is missing.
    pub fn url(&mut self, path: &str, text: &str) -> Option<String> {
        let url = self.optional_text(path, text, 1..=2000)?;
        let host = url.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
        if host.is_empty() || host.contains('@') || url.contains(char::is_whitespace) {
            self.refuse(path, "must be an https:// address");
        }
        Some(url)
    }

    /// A document of a bounded size; it is carried along and never judged.
    pub fn document(&mut self, path: &str, document: Option<&Struct>, most_bytes: usize) -> Option<Json> {
        let document = json::from_struct(document?.clone());
        let text = document.to_string();
        if text.contains("\\u0000") {
            self.refuse(path, "must not contain the character U+0000");
        }
        let size = text.len();
        if size > most_bytes {
            self.refuse(path, format!("must have at most {most_bytes} bytes as JSON, has {size}"));
        }
        Some(document)
    }

    /// Which fields an update touches, of those it may.
    pub fn mask(&mut self, path: &str, mask: Option<&FieldMask>, allowed: &[&str]) -> Mask {
        let Some(mask) = mask.filter(|mask| !mask.paths.is_empty()) else { return Mask::Populated };
        if mask.paths.iter().any(|named| named == "*") {
            return Mask::All;
        }
        for named in &mask.paths {
            if !allowed.contains(&named.as_str()) {
                self.refuse(path, format!("{named:?} cannot be changed; possible are {}", allowed.join(", ")));
            }
        }
        Mask::Named(mask.paths.clone())
    }
}

/// What an update touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mask {
    /// No mask was given: every populated field.
    Populated,
    /// `*`: everything, empty fields included.
    All,
    /// Just these.
    Named(Vec<String>),
}

impl Mask {
    /// Whether the update touches `field`.
    #[must_use]
    pub fn covers(&self, field: &str, populated: bool) -> bool {
        match self {
            Self::Populated => populated,
            Self::All => true,
            Self::Named(named) => named.iter().any(|name| name == field),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};
    use proto::azora::common::v1::Currency;

    use super::*;
    use crate::error::Error;

    fn refused(fields: Fields) -> Vec<String> {
        match fields.finish(()) {
            Err(Error::Refused(refusal)) => refusal.fields.into_iter().map(|(path, _)| path).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn every_bad_field_is_named_at_once() {
        let mut fields = Fields::new();
        fields.text("name", "  ", 1..=10);
        fields.id::<Uuid>("id", "x");
        fields.word::<Currency>("currency", 77);
        fields.amount("amount", "1.123456789");
        fields.date("day", "2026-02-30");
        fields.email("email", "a@b");
        assert_eq!(refused(fields), ["name", "id", "currency", "amount", "day", "email"]);
    }

    #[test]
    fn text_is_trimmed_and_composed_before_it_is_counted() {
        let mut fields = Fields::new();
        assert_eq!(fields.text("name", " e\u{301} ", 1..=1), "é");
        assert_eq!(refused(fields), Vec::<String>::new());
    }

    #[test]
    fn amounts_alone_keep_their_reason() {
        let mut fields = Fields::new();
        fields.amount("amount", "0");
        let Err(Error::Refused(refusal)) = fields.finish(()) else { panic!("refused") };
        assert_eq!(refusal.reason, "AMOUNT_NOT_POSITIVE");
    }

    #[test]
    fn a_period_ends_after_it_has_begun_if_it_has_both() {
        let at = |seconds| Timestamp { seconds, nanos: 0 };
        for (since, until, bad) in
            [(1, 2, vec![]), (2, 2, vec!["until"]), (3, 2, vec!["until"]), (i64::MAX, 2, vec!["since"])]
        {
            let mut fields = Fields::new();
            fields.period("since", Some(&at(since)), "until", Some(&at(until)));
            assert_eq!(refused(fields), bad);
        }
        let mut fields = Fields::new();
        assert_eq!(fields.period("since", None, "until", None), (None, None));
        assert!(fields.period("since", Some(&at(3)), "until", None).0.is_some());
        assert!(fields.period("since", None, "until", Some(&at(2))).1.is_some());
        assert!(fields.all_good());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>()) {
            let mut fields = Fields::new();
            fields.text("a", &text, 1..=5);
            fields.email("b", &text);
            fields.url("c", &text);
            fields.date("d", &text);
            fields.id::<Uuid>("e", &text);
        }
    }
}
